"""Incidents on a phone: those at hand, one opened there, one read, and those that may be the same."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.field.door import FieldView
from api.field.once import taken_once
from api.field.shapes import (
    AnnouncedPhoto,
    FieldIncidentShown,
    HistoryLine,
    PhotoLine,
    for_phones,
    told,
    told_alone,
)
from api.field.times import SENT_AT, done_at
from api.permissions import caller
from api.resources import note_reading
from api.shapes import Among, Given, Instant
from gup.conventions.models import Category
from gup.incidents.duplicates import likely_duplicates
from gup.incidents.enums import Channel
from gup.incidents.expected_photos import MAX_EXPECTED, awaited, expect
from gup.incidents.facts import standing
from gup.incidents.intake import MAX_TITLE, open_incident
from gup.incidents.models import Incident
from gup.incidents.photo_files import MAX_BYTES
from gup.incidents.thread import readable_events
from gup.incidents.words import MAX_TEXT
from gup.partners.models import User
from gup.partners.scope import places_of
from gup.places.models import Spot

# What a phone keeps at hand; the most pressing come first.
AT_HAND = 300
MOST_DUPLICATES = 10


class PhotoAnnounced(Given):
    uuid = serializers.UUIDField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", error_messages={"invalid": "Une empreinte SHA-256, en hexa."})
    bytes = serializers.IntegerField(min_value=1, max_value=MAX_BYTES)


class Place(Given):
    """A residence that the person sees, perhaps a spot of it, and a category."""

    residence = Among(lambda context: places_of(context["user"]), key="slug", unknown="Résidence inconnue.")
    spot = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    category = Among(
        lambda context: Category.objects.select_related("parent", "default_party"),
        key="slug",
        unknown="Catégorie inconnue.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("spot") is not None:
            spot: Spot | None = attrs["residence"].spots.filter(pk=attrs["spot"]).first()
            if spot is None:
                raise serializers.ValidationError({"spot": "Ce lieu n'est pas dans la résidence."})
            attrs["spot"] = spot
        return attrs


class ReportGiven(Place):
    made_at = Instant(help_text="Quand la personne l'a signalé, à l'horloge du téléphone.")
    title = serializers.CharField(max_length=MAX_TITLE)
    description = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    is_confidential = serializers.BooleanField(default=False)
    photos = serializers.ListField(child=PhotoAnnounced(), required=False, default=list, max_length=MAX_EXPECTED)


class TakenShown(serializers.Serializer[Any]):
    uuid = serializers.UUIDField(allow_null=True)
    ref = serializers.CharField()
    missing_photos = AnnouncedPhoto(many=True)
    incident = FieldIncidentShown()


class ReadShown(TakenShown):
    history = HistoryLine(many=True)
    photos = PhotoLine(many=True)


class IncidentsView(FieldView):
    @extend_schema(operation_id="field_incidents", responses=FieldIncidentShown(many=True))
    def get(self, request: Request) -> Response:
        """What this person may see and is still open, most pressing first (300 at most)."""
        user = caller(request)
        found = Incident.objects.visible_to(user).open().by_due()
        return Response(told(for_phones(found)[:AT_HAND], user))


class IncidentView(FieldView):
    @extend_schema(operation_id="field_incident", responses=ReadShown)
    def get(self, request: Request, key: str | UUID) -> Response:
        """One incident by its reference, or by the name that a phone gave it."""
        user, incident = caller(request), named(request, key)
        note_reading(request, incident)
        events = readable_events(incident, user).select_related("organisation")
        answer = _taken(incident, user)
        answer["history"] = HistoryLine(standing(events), many=True).data
        answer["photos"] = PhotoLine(incident.photos.all(), many=True).data
        return Response(answer)

    @extend_schema(
        operation_id="field_report",
        parameters=[SENT_AT],
        request=ReportGiven,
        responses={201: TakenShown, 200: OpenApiResponse(TakenShown, "Déjà reçu : la même réponse.")},
    )
    def put(self, request: Request, key: UUID) -> Response:
        """Open an incident under the phone's name for it; its photos follow."""
        user, now = caller(request), timezone.now()

        def take() -> Response:
            given = ReportGiven(data=request.data, context={"user": user})
            given.is_valid(raise_exception=True)
            fields = dict(given.validated_data)
            photos, made_at = fields.pop("photos"), done_at(request, fields.pop("made_at"), now)
            opened = open_incident(
                by=user, at=now, reported_at=made_at, channel=Channel.FIELD, client_uuid=key, **fields
            )
            expect(opened.incident, [(photo["uuid"], photo["sha256"]) for photo in photos])
            return Response(_taken(opened.incident, user), status=status.HTTP_201_CREATED)

        return taken_once(request, key, now, take)


class DuplicatesView(FieldView):
    @extend_schema(
        operation_id="field_duplicates",
        parameters=[
            OpenApiParameter("residence", OpenApiTypes.STR, required=True),
            OpenApiParameter("category", OpenApiTypes.STR, required=True),
            OpenApiParameter("spot", OpenApiTypes.INT),
        ],
        responses=FieldIncidentShown(many=True),
    )
    def get(self, request: Request) -> Response:
        """The open incidents of the same place and category: « moi aussi » instead of a second report."""
        user = caller(request)
        given = Place(data=request.query_params.dict(), context={"user": user})
        given.is_valid(raise_exception=True)
        found = likely_duplicates(Incident.objects.visible_to(user), **given.validated_data)
        return Response(told(for_phones(found)[:MOST_DUPLICATES], user))


def named(request: Request, key: str | UUID) -> Incident:
    """The incident of the address, among those visible. Raises Http404."""
    visible = Incident.objects.visible_to(caller(request)).select_related("category", "residence")
    try:
        found = visible.filter(client_uuid=UUID(str(key)))
    except ValueError:
        found = visible.filter(ref=key)
    incident: Incident = get_object_or_404(found)
    return incident


def _taken(incident: Incident, user: User) -> dict[str, Any]:
    return {
        "uuid": incident.client_uuid,
        "ref": incident.ref,
        "missing_photos": AnnouncedPhoto(awaited(incident), many=True).data,
        "incident": told_alone(incident, user),
    }
