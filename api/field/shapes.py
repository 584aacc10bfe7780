"""What goes to a phone: an incident with what one may do to it, its thread, its photos."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from api.shapes import Shown
from gup.incidents.enums import PhotoStatus, Verb
from gup.incidents.models import ExpectedPhoto, Incident, IncidentEvent, Photo
from gup.partners.models import User

# What can be done standing in front of it; the rest waits for a desk.
FIELD_VERBS = (
    Verb.ACKNOWLEDGE,
    Verb.ATTEND,
    Verb.MAKE_SAFE,
    Verb.PLAN,
    Verb.HOLD,
    Verb.RESUME,
    Verb.RESOLVE,
    Verb.DECLINE,
    Verb.CONFIRM,
    Verb.CONTEST,
    Verb.COMMENT,
    Verb.SUPPORT,
)


class FieldIncidentShown(Shown[Incident]):
    uuid = serializers.UUIDField(source="client_uuid", allow_null=True, help_text="Le nom donné par un téléphone.")
    status_label = serializers.CharField(source="get_status_display")
    residence = serializers.CharField(source="residence.slug")
    residence_name = serializers.CharField(source="residence.name")
    spot_name = serializers.CharField(source="spot.name", allow_null=True, default=None)
    category = serializers.CharField(source="category.slug")
    category_name = serializers.CharField(source="category.name")
    family = serializers.CharField(source="category.parent.slug")
    awaited_photos = serializers.IntegerField(help_text="Annoncées et pas encore reçues.")
    thumbnail = serializers.UUIDField(allow_null=True)
    allowed_actions = serializers.ListField(child=serializers.ChoiceField(choices=[verb.value for verb in FIELD_VERBS]))

    class Meta:
        model = Incident
        fields = [
            "ref",
            "uuid",
            "title",
            "description",
            "status",
            "status_label",
            "priority",
            "residence",
            "residence_name",
            "spot",
            "spot_name",
            "category",
            "category_name",
            "family",
            "due_at",
            "reported_at",
            "is_confidential",
            "version",
            "awaited_photos",
            "thumbnail",
            "allowed_actions",
        ]
        read_only_fields = fields


class HistoryLine(Shown[IncidentEvent]):
    label = serializers.CharField(source="get_kind_display")  # type: ignore[assignment]
    who = serializers.SerializerMethodField()

    class Meta:
        model = IncidentEvent
        fields = ["at", "kind", "label", "text", "who"]

    def get_who(self, event: IncidentEvent) -> str:
        """The organisation, where there is one: a phone in a stairwell names nobody."""
        return event.organisation.short_name if event.organisation else event.actor_name


class PhotoLine(Shown[Photo]):
    class Meta:
        model = Photo
        fields = ["uuid", "kind", "status"]


class AnnouncedPhoto(Shown[ExpectedPhoto]):
    class Meta:
        model = ExpectedPhoto
        fields = ["uuid", "sha256"]


def for_phones(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With all that a phone is told of an incident, in one query."""
    come = Photo.objects.filter(incident=OuterRef("incident"))
    met = come.filter(Q(uuid=OuterRef("uuid")) | Q(sha256=OuterRef("sha256")))
    missing = ExpectedPhoto.objects.filter(incident=OuterRef("pk")).exclude(Exists(met))
    counted = missing.order_by().values("incident").annotate(count=Count("pk")).values("count")
    first = Photo.objects.filter(incident=OuterRef("pk"), status=PhotoStatus.READY).order_by("id").values("uuid")[:1]
    return incidents.select_related("residence", "spot", "category__parent").annotate(
        awaited_photos=Coalesce(Subquery(counted), 0), thumbnail=Subquery(first)
    )


def told(incidents: Iterable[Incident], user: User) -> list[Any]:
    """Incidents of `for_phones`, with what this person may do to each (no query)."""
    found = list(incidents)
    for incident in found:
        allowed = incident.allowed_actions(user)
        incident.__dict__["allowed_actions"] = [verb.value for verb in FIELD_VERBS if verb in allowed]
    return list(FieldIncidentShown(found, many=True).data)


def told_alone(incident: Incident, user: User) -> Any:
    """One incident as it stands in the database."""
    return told(for_phones(Incident.objects.filter(pk=incident.pk)), user)[0]
