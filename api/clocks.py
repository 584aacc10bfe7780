"""The clocks of an incident, with their verdict at the instant they are read."""

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers

from api.addresses import IN_INCIDENT
from api.resources import UnderIncident
from api.shapes import Shown
from gup.incidents.clock_situations import Situation, situation_of, strict_verdict_at, verdict_at
from gup.incidents.models import Clock
from gup.service_levels.stages import Verdict

VERDICT = {"type": "string", "enum": [each.value for each in Verdict]}


class ClockShown(Shown[Clock]):
    """Instants in UTC, durations in seconds of the commitment's own measure. `due_at` is null while paused."""

    party = serializers.CharField(source="party.slug")
    commitment = serializers.IntegerField(source="commitment_id")
    commitment_label = serializers.CharField(source="commitment.label")
    state = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    strict_verdict = serializers.SerializerMethodField(help_text="Le verdict si aucune suspension n'avait eu lieu.")

    class Meta:
        model = Clock
        fields = [
            "id",
            "stage",
            "cycle",
            "party",
            "commitment",
            "commitment_label",
            "state",
            "verdict",
            "strict_verdict",
            "started_at",
            "due_at",
            "strict_due_at",
            "stopped_at",
            "cancelled_at",
            "paused_since",
            "remaining_seconds",
            "paused_seconds",
            "lateness_seconds",
            "is_excused",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=Situation.choices))
    def get_state(self, clock: Clock) -> str:
        return situation_of(clock, self._now()).value

    @extend_schema_field(VERDICT)
    def get_verdict(self, clock: Clock) -> str:
        return verdict_at(clock, self._now()).value

    def get_strict_verdict(self, clock: Clock) -> str:
        return strict_verdict_at(clock, self._now()).value

    def _now(self) -> datetime:
        """One instant for a whole answer."""
        context = cast(dict[str, Any], self.context)
        now: datetime = context.setdefault("now", timezone.now())
        return now


@extend_schema(parameters=[IN_INCIDENT])
class ClockViewSet(mixins.ListModelMixin, UnderIncident[Clock]):
    """The promised stages of one incident."""

    queryset = Clock.objects.none()
    serializer_class = ClockShown

    def get_queryset(self) -> QuerySet[Clock]:
        return self.incident().clocks.select_related("party", "commitment")
