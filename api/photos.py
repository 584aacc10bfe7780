"""Photos: received as they come, served in two derived sizes to whom the incident is visible. Originals never are."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.addresses import IF_MATCH, IN_INCIDENT
from api.errors import Problem
from api.etags import etag, expect_match
from api.files import private_file
from api.parsing import StrictForm
from api.permissions import MaySayVerb, caller
from api.rendering import WhateverIsAsked
from api.resources import Resource, UnderIncident, note_reading
from api.shapes import Given, Shown
from gup.incidents.enums import PhotoKind, PhotoStatus, Verb
from gup.incidents.models import Incident, Photo
from gup.incidents.photo_files import MAX_BYTES

MEGABYTES = MAX_BYTES // 1024 // 1024
TOO_LARGE = f"Cette photo pèse plus de {MEGABYTES} Mo."
# A form adds its own lines around the photo.
FORM_ALLOWANCE = 64 * 1024
NOT_A_FILE = {
    "invalid": "Joignez un fichier.",
    "required": "Joignez une photo.",
    "no_name": "Ce fichier n'a pas de nom.",
    "empty": "Cette photo est vide : renvoyez-la.",
}


class PhotoField(serializers.FileField):
    """The bytes of one photo, weighed before they are read; what they show is judged by the domain."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages={**NOT_A_FILE}, **options)

    def to_internal_value(self, data: Any) -> Any:
        file = super().to_internal_value(data)
        if file.size > MAX_BYTES:
            raise serializers.ValidationError(TOO_LARGE)
        return file.read()


def refuse_too_large(request: Request, *, field: str, photos: int = 1) -> None:
    """By its announced length, before anything of it is read (raises Problem 413)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > photos * MAX_BYTES + FORM_ALLOWANCE:
        raise Problem(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, TOO_LARGE, field=field)


class PhotoGiven(Given):
    photo = PhotoField()
    kind = serializers.ChoiceField(choices=PhotoKind.choices, default=PhotoKind.BEFORE)
    uuid = serializers.UUIDField(required=False, help_text="L'identifiant que le téléphone lui a donné.")


class PhotoShown(Shown[Photo]):
    display = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ["uuid", "kind", "status", "refusal", "width", "height", "added_at", "display", "thumbnail"]

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_display(self, photo: Photo) -> str | None:
        return self._address(photo, "api:photo-display")

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_thumbnail(self, photo: Photo) -> str | None:
        return self._address(photo, "api:photo-thumbnail")

    def _address(self, photo: Photo, route: str) -> str | None:
        if photo.status != PhotoStatus.READY:
            return None
        return reverse(route, kwargs={"uuid": photo.uuid}, request=self.context["request"])


class IncidentPhotoViewSet(mixins.ListModelMixin, UnderIncident[Photo]):
    """The photos of one incident."""

    queryset = Photo.objects.none()
    serializer_class = PhotoShown
    parser_classes = [StrictForm]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_large(request, field="photo")
        super().initial(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Photo]:
        return self.incident().photos.all()

    def verb_of_request(self) -> Verb | None:
        return Verb.ADD_PHOTO if self.request.method == "POST" else None

    @extend_schema(parameters=[IN_INCIDENT])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[IN_INCIDENT, IF_MATCH],
        request={"multipart/form-data": PhotoGiven},
        responses={201: PhotoShown, 200: OpenApiResponse(PhotoShown, "La même photo était déjà jointe.")},
    )
    def create(self, request: Request, ref: str) -> Response:
        """Join a photo: JPEG, PNG, WebP or HEIC, 15 Mo and 50 megapixels at most."""
        incident = self.incident()
        self._may_add(request, incident)
        expect_match(request, incident)
        given = PhotoGiven(data=request.data)
        given.is_valid(raise_exception=True)
        before = incident.version
        photo = incident.add_photo(
            by=caller(request),
            at=timezone.now(),
            data=given.validated_data["photo"],
            kind=given.validated_data["kind"],
            photo_uuid=given.validated_data.get("uuid"),
        )
        is_new = incident.version != before
        return Response(
            self.get_serializer(photo).data,
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
            headers={"ETag": etag(incident)},
        )

    def _may_add(self, request: Request, incident: Incident) -> None:
        permission = MaySayVerb()
        if not permission.has_object_permission(request, self, incident):
            self.permission_denied(request, message=permission.message)


class PhotoViewSet(Resource[Photo]):
    """The two sizes of a photo, in JPEG, without any metadata."""

    queryset = Photo.objects.none()
    serializer_class = PhotoShown
    content_negotiation_class = WhateverIsAsked
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Photo]:
        visible = Incident.objects.visible_to(self.request.user)
        return Photo.objects.filter(incident__in=visible, status=PhotoStatus.READY).select_related("incident")

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True)
    def display(self, request: Request, uuid: str) -> FileResponse:
        """At most 1,600 x 1,200 pixels."""
        return self._serve(request, "display")

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True)
    def thumbnail(self, request: Request, uuid: str) -> FileResponse:
        """At most 320 pixels on a side."""
        return self._serve(request, "thumbnail")

    def _serve(self, request: Request, size: str) -> FileResponse:
        photo = self.get_object()
        note_reading(request, photo.incident)
        stored = getattr(photo, size)
        return private_file(stored, name=f"{photo.uuid}.jpg", content_type="image/jpeg", inline=True)
