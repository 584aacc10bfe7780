"""The clocks of an incident, with their verdict at the instant they are read."""

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers

from api.addresses import IN_INCIDENT
from api.resources import UnderIncident
from api.shapes import Instant, Shown
from gup.incidents.clock_situations import Situation, situation_of, strict_verdict_at, verdict_at
from gup.incidents.explaining import Explained, explained_clocks
from gup.incidents.models import Clock, Incident
from gup.incidents.projection import instant, maybe_instant
from gup.service_levels.clock_state import ClockKey
from gup.service_levels.stages import Verdict

VERDICT = {"type": "string", "enum": [each.value for each in Verdict]}


class PauseExplained(serializers.Serializer[Any]):
    """`seconds` in the clock's own measure; null while it is open. No reason between a repair and its contest.

    `counted_seconds` of the pauses and of the clock add up to all the time between its two instants.
    """

    reason = serializers.CharField(allow_null=True, help_text="Un motif suspensif de l'engagement.")
    started_at = Instant()
    ended_at = Instant(allow_null=True)
    seconds = serializers.IntegerField(allow_null=True)
    counted_seconds = serializers.IntegerField(help_text="Sans ce qu'une autre suspension prend déjà.")


class PieceExplained(serializers.Serializer[Any]):
    start = Instant()
    end = Instant()


class ExplanationShown(serializers.Serializer[Any]):
    """Why it is due then. The pieces, where they are listed, add up to `counted_seconds`."""

    text = serializers.CharField()
    strict = serializers.CharField(help_text="Vide sans suspension.")
    excuse = serializers.CharField(help_text="Le motif écrit par le DSU ; vide sans arbitrage.")
    convention = serializers.CharField()
    version = serializers.IntegerField()
    calendar = serializers.CharField()
    counted_from = Instant()
    counted_until = Instant()
    counted_seconds = serializers.IntegerField()
    allowed_seconds = serializers.IntegerField()
    pauses = PauseExplained(many=True)
    pieces = PieceExplained(many=True)


def explanation_shown(why: Explained) -> dict[str, object]:
    facts = why.facts
    return {
        "text": why.text,
        "strict": why.strict,
        "excuse": why.excuse,
        "convention": why.version.convention.slug,
        "version": why.version.number,
        "calendar": why.commitment.calendar.slug if why.commitment.calendar else "",
        "counted_from": instant(facts.counted_from),
        "counted_until": instant(facts.counted_until),
        "counted_seconds": facts.counted_seconds,
        "allowed_seconds": facts.allowed_seconds,
        "pauses": [
            {
                "reason": None if pause.reason is None else pause.reason.value,
                "started_at": instant(pause.started_at),
                "ended_at": maybe_instant(pause.ended_at),
                "seconds": pause.seconds,
                "counted_seconds": pause.counted_seconds,
            }
            for pause in facts.pauses
        ],
        "pieces": [{"start": instant(start), "end": instant(end)} for start, end in facts.pieces],
    }


class ClockShown(Shown[Clock]):
    """Instants in UTC, durations in seconds of the commitment's own measure. `due_at` is null while paused."""

    party = serializers.CharField(source="party.slug")
    commitment = serializers.IntegerField(source="commitment_id")
    commitment_label = serializers.CharField(source="commitment.label")
    state = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    explanation = serializers.SerializerMethodField()
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
            "explanation",
        ]

    @extend_schema_field(ExplanationShown)
    def get_explanation(self, clock: Clock) -> dict[str, object]:
        return explanation_shown(self._explained(clock.incident)[clock.key])

    def _explained(self, incident: Incident) -> dict[ClockKey, Explained]:
        """Folded once for all the clocks of an incident."""
        explained: dict[int, dict[ClockKey, Explained]] = cast(Any, self.context).setdefault("explained", {})
        if incident.pk not in explained:
            explained[incident.pk] = explained_clocks(incident, self._now())
        return explained[incident.pk]

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
        return self.incident().clocks.select_related("party", "commitment", "incident__residence")
