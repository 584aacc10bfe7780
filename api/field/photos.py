"""Photos of a phone: the bytes as they are, checked against what the phone says of them."""

import base64
import hashlib
import re
from typing import IO, Any, cast
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Problem
from api.field.actions import not_before
from api.field.door import FieldView
from api.field.incidents import named
from api.field.shapes import AnnouncedPhoto
from api.field.times import SENT_AT, done_at, instant
from api.files import private_file
from api.permissions import caller
from api.photos import TOO_LARGE, refuse_too_large
from api.rendering import WhateverIsAsked
from api.resources import note_reading
from gup.incidents.enums import PhotoKind, PhotoStatus
from gup.incidents.expected_photos import awaited
from gup.incidents.models import Incident, Photo
from gup.incidents.photo_files import MAX_BYTES

# RFC 9530: an algorithm and its digest in base64, between colons.
_SHA256 = re.compile(r"\bsha-256=:([A-Za-z0-9+/]{43}=):")


class Picture(BaseParser):
    """The body as bytes, no more of it than a photo may weigh."""

    media_type = "image/*"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        data: bytes = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Problem(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, TOO_LARGE, field="photo")
        return data


class PhotoTaken(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    sha256 = serializers.CharField()
    missing_photos = AnnouncedPhoto(many=True)


class PhotoView(FieldView):
    parser_classes = [Picture]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_large(request, field="photo")
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="field_photo",
        parameters=[
            SENT_AT,
            OpenApiParameter("kind", OpenApiTypes.STR, enum=PhotoKind.values),
            OpenApiParameter("made_at", OpenApiTypes.DATETIME),
            OpenApiParameter("Content-Digest", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True),
        ],
        request={"image/jpeg": OpenApiTypes.BINARY},
        responses={201: PhotoTaken, 200: OpenApiResponse(PhotoTaken, "Cette photo était déjà là.")},
    )
    def put(self, request: Request, key: str, name: UUID) -> Response:
        """Join the bytes of a photo to its incident; the answer repeats their SHA-256."""
        user, now, incident = caller(request), timezone.now(), named(request, key)
        data = cast("bytes", request.data or b"")
        sha256 = _checked(request, data)
        if known := Photo.objects.filter(uuid=name).first():
            if known.incident_id != incident.pk or known.sha256 != sha256:
                raise Problem(409, "Cet identifiant a déjà servi à une autre photo.", field="uuid")
            return Response(_taken(incident, name, sha256))
        made_at = request.query_params.get("made_at")
        at = now if made_at is None else done_at(request, instant(made_at, field="made_at"), now)
        kind = request.query_params.get("kind", PhotoKind.BEFORE)
        photo = incident.add_photo(by=user, at=not_before(incident, at), data=data, kind=kind, photo_uuid=name)
        code = status.HTTP_201_CREATED if photo.uuid == name else status.HTTP_200_OK
        return Response(_taken(incident, name, sha256), status=code)


class ThumbnailView(FieldView):
    content_negotiation_class = WhateverIsAsked

    @extend_schema(operation_id="field_thumbnail", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, name: UUID) -> FileResponse:
        """A photo at most 320 pixels on a side, in JPEG."""
        visible = Incident.objects.visible_to(caller(request))
        photos = Photo.objects.filter(incident__in=visible, status=PhotoStatus.READY).select_related("incident")
        photo: Photo = get_object_or_404(photos, uuid=name)
        note_reading(request, photo.incident)
        return private_file(photo.thumbnail, name=f"{photo.uuid}.jpg", content_type="image/jpeg", inline=True)


def _checked(request: Request, data: bytes) -> str:
    """The SHA-256 (hexadecimal) of what came. Raises Problem 422 where it is not what the phone sent."""
    if not data:
        raise Problem(422, "Cette photo est arrivée vide : renvoyez-la.", field="photo")
    announced = _SHA256.search(request.headers.get("Content-Digest", ""))
    if announced is None:
        raise ValidationError({"Content-Digest": "Dites l'empreinte de la photo : sha-256=:…:"})
    digest = hashlib.sha256(data).digest()
    if base64.b64decode(announced[1]) != digest:
        raise Problem(422, "La photo est arrivée abîmée : son empreinte n'est pas celle annoncée.", field="photo")
    return digest.hex()


def _taken(incident: Incident, name: UUID, sha256: str) -> dict[str, Any]:
    return {"uuid": name, "sha256": sha256, "missing_photos": AnnouncedPhoto(awaited(incident), many=True).data}
