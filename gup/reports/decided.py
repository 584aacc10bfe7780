"""The clocks that a month counts (rule 9), in one query: the figure and the list behind it come from here alike."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from gup.incidents.models import Clock, Incident
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import DSU_ROLES, memberships_of
from gup.reports.models import Report, SealedVerdict
from gup.service_levels.compliance import Decided, Rates, month_bounds, rates
from gup.service_levels.stages import Verdict

CLOCK_LISTS = ("incident__residence__quartier", "incident__category__parent", "party", "commitment")


def clocks_visible_to(user: User) -> QuerySet[Clock]:
    """The clocks a person may count: the DSU all of them, a bailleur's manager its own organisation's."""
    memberships = memberships_of(user)
    if any(each.role in DSU_ROLES for each in memberships):
        return Clock.objects.all()
    own = [each.organisation_id for each in memberships if each.role == Role.MANAGER]
    return Clock.objects.filter(party__in=own)


def decided_in(clocks: QuerySet[Clock], month: date, *, timezone: str, now: datetime) -> QuerySet[Any]:
    """The clocks decided in a local month, with the instants that decide: held_at, missed_at, and the strict ones.

    Held counts in the month of its stop, missed in the month of its due; a clock still running or paused is stock.
    """
    start, end = month_bounds(month, timezone)
    return decided_between(clocks, start, end, now=now)


def decided_between(clocks: QuerySet[Clock], start: datetime, end: datetime, *, now: datetime) -> QuerySet[Any]:
    """The same between two instants: a year is read at once, and `verdicts` tells its months apart."""
    ended = Coalesce("stopped_at", "cancelled_at", now, output_field=DateTimeField())
    annotated = clocks.annotate(
        ended=ended,
        missed_at=Case(When(due_at__lt=F("ended"), then=F("due_at"))),
        held_at=Case(When(stopped_at__isnull=False, due_at__gte=F("stopped_at"), then=F("stopped_at"))),
        # A clock that left the denominator undecided was not missed by any count.
        strict_missed_at=Case(
            When(
                Q(strict_due_at__lt=F("ended")) & (Q(cancelled_at__isnull=True) | Q(due_at__isnull=False)),
                then=F("strict_due_at"),
            )
        ),
        strict_held_at=Case(When(stopped_at__isnull=False, strict_due_at__gte=F("stopped_at"), then=F("stopped_at"))),
    )
    return annotated.filter(
        Q(held_at__gte=start, held_at__lt=end)
        | Q(missed_at__gte=start, missed_at__lt=end)
        | Q(strict_held_at__gte=start, strict_held_at__lt=end)
        | Q(strict_missed_at__gte=start, strict_missed_at__lt=end)
    )


def verdicts(clock: Any, start: datetime, end: datetime) -> Decided:
    """What one row of `decided_in` counts for between two instants."""
    return Decided(
        contractual=_within(clock.held_at, clock.missed_at, start, end),
        strict=_within(clock.strict_held_at, clock.strict_missed_at, start, end),
        is_excused=clock.is_excused,
    )


def rates_of(clocks: Iterable[Any], month: date, timezone: str) -> Rates:
    start, end = month_bounds(month, timezone)
    return rates(verdicts(clock, start, end) for clock in clocks)


def clocks_of(report: Report) -> QuerySet[Clock]:
    """The clocks that a report speaks of: its convention's, or the whole commune's."""
    if report.convention is None:
        return Clock.objects.all()
    return Clock.objects.filter(commitment__version__convention=report.convention)


def incidents_of(report: Report) -> QuerySet[Any]:
    """The incidents that a report speaks of: of the residences that the convention's signatory manages."""
    if report.convention is None:
        return Incident.objects.all()
    return Incident.objects.filter(bailleur=report.convention.organisation)


def sealed_verdicts(report: Report, now: datetime) -> list[SealedVerdict]:
    """The rows that publishing stores: each clock decided in the month, and how."""
    timezone = timezone_of(report)
    start, end = month_bounds(report.month, timezone)
    sealed = []
    for clock in decided_in(clocks_of(report), report.month, timezone=timezone, now=now):
        found = verdicts(clock, start, end)
        if found.contractual is None:
            continue
        sealed.append(
            SealedVerdict(
                report=report,
                clock_id=clock.pk,
                was_held=found.contractual == Verdict.HELD,
                was_strictly_held=None if found.strict is None else found.strict == Verdict.HELD,
                was_excused=clock.is_excused,
                decided_at=clock.held_at or clock.missed_at,
            )
        )
    return sealed


def timezone_of(report: Report) -> str:
    return report.convention.timezone if report.convention else "America/Martinique"


def _within(held_at: datetime | None, missed_at: datetime | None, start: datetime, end: datetime) -> Verdict | None:
    if missed_at is not None:
        return Verdict.MISSED if start <= missed_at < end else None
    return Verdict.HELD if held_at is not None and start <= held_at < end else None
