"""Where a clock stands at an instant, in SQL and in Python alike: what lists filter on, and what a clock shows."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Coalesce

from gup.incidents.facts import epoch
from gup.service_levels.clock_state import verdict_of
from gup.service_levels.stages import Verdict

if TYPE_CHECKING:
    from gup.incidents.models import Clock


class Situation(models.TextChoices):
    RUNNING = "running", "En cours"
    PAUSED = "paused", "Suspendue"
    LATE = "late", "En cours, échéance dépassée"
    HELD = "held", "Tenue"
    MISSED = "missed", "Dépassée"
    CANCELLED = "cancelled", "Annulée"


def clocks_in(situation: Situation, now: datetime) -> Q:
    """The condition on clocks at `now`. Every late clock is also a missed one: its due has passed for good."""
    is_live = Q(stopped_at__isnull=True, cancelled_at__isnull=True)
    if situation == Situation.RUNNING:
        return is_live & Q(due_at__gte=now)
    if situation == Situation.PAUSED:
        return is_live & Q(due_at__isnull=True)
    if situation == Situation.LATE:
        return is_live & Q(due_at__lt=now)
    if situation == Situation.HELD:
        return Q(stopped_at__isnull=False, due_at__gte=F("stopped_at"))
    missed = Q(due_at__lt=Coalesce("stopped_at", "cancelled_at", now, output_field=DateTimeField()))
    if situation == Situation.MISSED:
        return missed
    return Q(cancelled_at__isnull=False, stopped_at__isnull=True) & ~(missed & Q(due_at__isnull=False))


def situation_of(clock: "Clock", now: datetime) -> Situation:
    """The one word that tells most: a missed clock that still runs is late."""
    verdict = verdict_at(clock, now)
    if verdict == Verdict.PENDING:
        return Situation.PAUSED if clock.due_at is None else Situation.RUNNING
    if verdict == Verdict.MISSED and clock.stopped_at is None and clock.cancelled_at is None:
        return Situation.LATE
    return Situation(verdict.value)


def verdict_at(clock: "Clock", now: datetime) -> Verdict:
    """Held, missed, pending or cancelled at `now`, from the stored instants and nothing else (rule 1)."""
    return verdict_of(_epoch(clock.due_at), _epoch(clock.stopped_at), _epoch(clock.cancelled_at), epoch(now))


def strict_verdict_at(clock: "Clock", now: datetime) -> Verdict:
    """The same as if no pause had ever been (rule 17); cancelled undecided stays out of any count."""
    if clock.cancelled_at is not None and clock.due_at is None:
        return Verdict.CANCELLED
    return verdict_of(epoch(clock.strict_due_at), _epoch(clock.stopped_at), _epoch(clock.cancelled_at), epoch(now))


def _epoch(at: datetime | None) -> int | None:
    return None if at is None else epoch(at)
