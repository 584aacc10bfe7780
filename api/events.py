"""The thread of an incident: everything that happened to it, as the caller may read it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers

from api.addresses import IN_INCIDENT
from api.permissions import caller
from api.resources import UnderIncident
from api.shapes import Shown
from gup.incidents.models import IncidentEvent
from gup.incidents.thread import readable_events

# What an event says besides its words; internal keys of rows stay inside.
TOLD = (
    "category",
    "child",
    "cycle",
    "kind",
    "master",
    "mode",
    "photo",
    "planned_for",
    "priority",
    "proven",
    "reason",
    "reasons",
    "review_at",
    "stage",
    "undoes",
)


class EventShown(Shown[IncidentEvent]):
    organisation = serializers.CharField(source="organisation.slug", allow_null=True)
    details = serializers.SerializerMethodField()

    class Meta:
        model = IncidentEvent
        fields = ["seq", "kind", "at", "recorded_at", "actor_name", "organisation", "visibility", "text", "details"]

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_details(self, event: IncidentEvent) -> dict[str, Any]:
        return {name: event.data[name] for name in TOLD if name in event.data}


@extend_schema(parameters=[IN_INCIDENT])
class EventViewSet(mixins.ListModelMixin, UnderIncident[IncidentEvent]):
    """The history of one incident, oldest first."""

    queryset = IncidentEvent.objects.none()
    serializer_class = EventShown

    def get_queryset(self) -> QuerySet[IncidentEvent]:
        return readable_events(self.incident(), caller(self.request)).select_related("organisation")
