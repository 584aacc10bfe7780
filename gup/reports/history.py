"""The incidents of a month, each with what had been recorded of it by a given instant, and its clocks folded again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from gup.conventions.promise_book import one_book
from gup.incidents.enums import OPEN_STATUSES, EventKind
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.reports.decided import incidents_of, timezone_of
from gup.reports.models import Report
from gup.service_levels.clock_state import ClockState
from gup.service_levels.compliance import Decided, month_bounds
from gup.service_levels.periods import month_span
from gup.service_levels.stages import Verdict

ENDS = frozenset({EventKind.CONFIRMED, EventKind.CLOSED, EventKind.DECLINED, EventKind.MERGED})
REVIVES = frozenset({EventKind.REOPENED, EventKind.UNMERGED})


@dataclass(slots=True)
class Case:
    """One incident as its history stood."""

    incident: Incident
    events: list[IncidentEvent]
    clocks: tuple[ClockState, ...] = field(default=())

    def is_open_before(self, instant: datetime) -> bool:
        """Reported, and neither closed nor merged, just before an instant."""
        if self.incident.reported_at >= instant:
            return False
        is_open = True
        for event in self.events:
            if event.at < instant:
                is_open = (is_open and event.kind not in ENDS) or event.kind in REVIVES
        return is_open

    def turns(self, start: datetime, end: datetime) -> tuple[int, int]:
        """How often it was closed, and revived, in [start, end)."""
        is_open, closed, revived = True, 0, 0
        for event in self.events:
            inside = start <= event.at < end
            if is_open and event.kind in ENDS:
                is_open, closed = False, closed + inside
            elif not is_open and event.kind in REVIVES:
                is_open, revived = True, revived + inside
        return closed, revived

    def excuse_of(self, clock: ClockState) -> str:
        """The written reason of an arbitration, empty without one."""
        for event in reversed(self.events):
            data = event.data
            said = (data.get("stage"), data.get("cycle"), data.get("party"))
            if event.kind == EventKind.ARBITRATED and said == clock.key:
                return event.text
        return ""


@dataclass(slots=True)
class Month:
    """A local month of a report, told as of an instant."""

    report: Report
    as_of: datetime

    @property
    def timezone(self) -> str:
        return timezone_of(self.report)

    @property
    def first_day(self) -> date:
        return self.report.month

    @property
    def last_day(self) -> date:
        return month_span(self.report.month).last

    def bounds(self) -> tuple[datetime, datetime]:
        return month_bounds(self.report.month, self.timezone)

    def cases(self) -> list[Case]:
        """Every incident that can count in the month: reported before its end, and not over before its start."""
        start, end = self.bounds()
        alive = Q(status__in=OPEN_STATUSES) | Q(updated_at__gte=start)
        incidents = incidents_of(self.report).filter(alive, reported_at__lt=end)
        found = incidents.select_related("residence__quartier__perimeter", "category__parent", "spot").order_by("id")
        events = recorded_events(incidents.values("pk"), self.as_of)
        with one_book():
            return [
                Case(each, events[each.pk], states_of(each, events[each.pk], self.as_of))
                for each in found
                if each.pk in events
            ]

    def decides(self, clock: ClockState) -> Decided:
        """What a clock counts for in this month, contractually and strictly."""
        return decided_between(clock, *self.bounds(), self.as_of)


def recorded_events(incidents: QuerySet[Any] | Sequence[int], as_of: datetime) -> dict[int, list[IncidentEvent]]:
    """What had been recorded of these incidents (their keys) by `as_of` (UTC), each in the order it happened.

    One query; an incident of which nothing had been recorded is absent, and reads as an empty history.
    """
    events: defaultdict[int, list[IncidentEvent]] = defaultdict(list)
    recorded = IncidentEvent.objects.filter(incident__in=incidents, recorded_at__lte=as_of)
    for event in recorded.order_by("incident_id", "at", "seq"):
        events[event.incident_id].append(event)
    return events


def decided_between(clock: ClockState, start: datetime, end: datetime, now: datetime) -> Decided:
    """What a clock counts for between two instants, as it stood at `now` (rule 9)."""
    first, last, seen = (int(each.timestamp()) for each in (start, end, now))
    return Decided(
        contractual=_if_within(clock.verdict(seen), clock.due_at, clock.stopped_at, first, last),
        strict=_if_within(clock.strict_verdict(seen), clock.strict_due_at, clock.stopped_at, first, last),
        is_excused=clock.excused,
    )


def is_undecided_at(clock: ClockState, end: datetime, now: datetime) -> bool:
    """Whether a clock was stock at the instant `end`: started, running or paused, and decided later or never."""
    last = int(end.timestamp())
    decided_at = clock.decided_at(int(now.timestamp()))
    if clock.started_at >= last:
        return False
    if decided_at is not None:
        return decided_at >= last
    return clock.cancelled_at is None or clock.cancelled_at >= last


def _if_within(verdict: Verdict, due: int | None, stopped: int | None, start: int, end: int) -> Verdict | None:
    decided = {Verdict.HELD: stopped, Verdict.MISSED: due}.get(verdict)
    return verdict if decided is not None and start <= decided < end else None
