"""The escalations: which clock reached which level, and who was told."""

from django.db.models import QuerySet
from rest_framework import mixins, serializers

from api.filters import EscalationFilters
from api.pagination import NewestFirst
from api.resources import Resource
from api.shapes import Shown
from gup.conventions.enums import StageChoice
from gup.escalations.models import Escalation
from gup.incidents.models import Incident


class EscalationShown(Shown[Escalation]):
    incident = serializers.CharField(source="incident.ref")
    clock = serializers.IntegerField(source="clock_id")
    stage = serializers.ChoiceField(source="clock.stage", choices=StageChoice.choices)

    class Meta:
        model = Escalation
        fields = ["id", "incident", "clock", "stage", "level", "audience", "reached_at", "fired_at", "is_superseded"]


class EscalationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Escalation]):
    """The escalations of the incidents that the caller may see, newest first."""

    queryset = Escalation.objects.none()
    serializer_class = EscalationShown
    filterset_class = EscalationFilters
    pagination_class = NewestFirst
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Escalation]:
        visible = Incident.objects.visible_to(self.request.user)
        return Escalation.objects.filter(incident__in=visible).select_related("incident", "clock")
