"""What the last twelve ended months would have given under a project of amendment: the same fold, nothing touched."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.core.exceptions import ValidationError
from django.db.models import Q

from gup.conventions.enums import StageChoice
from gup.conventions.models import Commitment, ConventionVersion
from gup.conventions.promise_book import PromiseBook, SupposedBook, one_book
from gup.incidents.enums import OPEN_STATUSES
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import maybe_instant, states_of
from gup.reports.history import decided_between
from gup.service_levels.clock_state import ClockState
from gup.service_levels.compliance import Decided, Rates, month_bounds, rates
from gup.service_levels.stages import Verdict

MONTHS = 12
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One reading of some clocks: the three rates, and those that the period leaves undecided."""

    rates: Rates
    undecided: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stage, or a category within it (`category` empty for all of them), observed and supposed."""

    stage: str
    category: str
    threshold_percent: int
    observed: Side
    supposed: Side

    @property
    def points(self) -> float | None:
        """Supposed less observed, in points of the contractual rate; None where either decided nothing."""
        was, would = self.observed.rates.contractual.percent, self.supposed.rates.contractual.percent
        return None if was is None or would is None else would - was


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose verdict in the period changes; None where it would have none, or had none."""

    reference: str
    category: str
    stage: str
    was: Verdict | None
    would_be: Verdict | None
    due_was: datetime | None
    due_would_be: datetime | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """`start` and `end` (UTC) bound the period; confidential incidents are counted and never listed.

    incidents: those that the convention governed and that the two readings compare. gaining: those that it did not, and
    that the project would; they are in neither rate. losing: those that would have no delay any more.
    """

    version: ConventionVersion
    start: datetime
    end: datetime
    incidents: int
    gaining: int
    losing: int
    stages: list[Comparison]
    categories: list[Comparison]
    moved: list[Moved]
    moved_confidential: int


@dataclass(slots=True)
class _Tally:
    """What is counted for one stage, or one category of it, while the incidents pass by."""

    observed: list[Decided] = field(default_factory=list)
    supposed: list[Decided] = field(default_factory=list)
    thresholds: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Counting:
    """One passage over the incidents: only the totals and the clocks that move are kept."""

    version: ConventionVersion
    start: datetime
    end: datetime
    now: datetime
    thresholds_was: dict[int, int]
    thresholds_would_be: dict[int, int]
    incidents: int = 0
    gaining: int = 0
    losing: int = 0
    tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    moved_confidential: int = 0

    def count(self, incident: Incident, was: Iterable[ClockState], would_be: Iterable[ClockState]) -> None:
        observed = {_key(clock): clock for clock in was if clock.promise_key in self.thresholds_was}
        supposed = {_key(clock): clock for clock in would_be if clock.promise_key in self.thresholds_would_be}
        if not observed:
            # Outside the convention at the time: beside rates that never counted it, it would only blur them.
            self.gaining += bool(supposed)
            return
        self.incidents += 1
        self.losing += not supposed
        for key in observed.keys() | supposed.keys():
            self._count_clock(incident, observed.get(key), supposed.get(key))

    def _count_clock(self, incident: Incident, was: ClockState | None, would_be: ClockState | None) -> None:
        before, after = self._decided(was), self._decided(would_be)
        governing = would_be or was
        if governing is None:
            return
        thresholds = self.thresholds_would_be if would_be is not None else self.thresholds_was
        for category in ("", incident.category.name):
            tally = self.tallies.setdefault((governing.stage.value, category), _Tally())
            tally.thresholds.append(thresholds[governing.promise_key])
            if before is not None:
                tally.observed.append(before)
            if after is not None:
                tally.supposed.append(after)
        verdict_was = before.contractual if before else None
        verdict_would_be = after.contractual if after else None
        if verdict_was == verdict_would_be:
            return
        if incident.is_confidential:
            self.moved_confidential += 1
            return
        self.moved.append(
            Moved(
                incident.ref,
                incident.category.name,
                governing.stage.value,
                verdict_was,
                verdict_would_be,
                maybe_instant(was.due_at) if was else None,
                maybe_instant(would_be.due_at) if would_be else None,
            )
        )

    def _decided(self, clock: ClockState | None) -> Decided | None:
        """What a clock counts for in the period; None without a clock, or with one that left the count."""
        if clock is None or clock.started_at >= int(self.end.timestamp()):
            return None
        decided = decided_between(clock, self.start, self.end, self.now)
        is_concerned = (
            decided.contractual or decided.strict or clock.verdict(int(self.now.timestamp())) == Verdict.PENDING
        )
        return decided if is_concerned else None

    def comparisons(self, *, by_category: bool) -> list[Comparison]:
        order = StageChoice.values
        keys = sorted(
            (key for key in self.tallies if bool(key[1]) == by_category), key=lambda key: (order.index(key[0]), key[1])
        )
        return [
            Comparison(
                stage,
                category,
                min(self.tallies[stage, category].thresholds),
                _side(self.tallies[stage, category].observed),
                _side(self.tallies[stage, category].supposed),
            )
            for stage, category in keys
        ]


def simulate(version: ConventionVersion, *, now: datetime) -> Simulation:
    """The last twelve ended months (of the convention's zone) under a project, beside what they were; reads only.

    What is supposed: the facts as they happened, the project in force all along for its parties in its quartiers, its
    calendars and suspending reasons over the past. Raises ValidationError for what is no project, or promises nothing.
    """
    if version.activated_at is not None:
        raise ValidationError("Cette version est activée : ses résultats sont sur la page des engagements.")
    if not version.commitments.exists():
        raise ValidationError("Ce projet ne contient aucun engagement.")
    start, end = _period(version, now)
    convention = Commitment.objects.filter(
        version__convention=version.convention_id, version__activated_at__isnull=False
    )
    counting = _Counting(
        version,
        start,
        end,
        now,
        dict(convention.values_list("pk", "threshold_percent")),
        dict(version.commitments.values_list("pk", "threshold_percent")),
    )
    real, supposed = PromiseBook(), SupposedBook(version)
    for incidents in _in_chunks(version, start, end):
        events = _events(incidents)
        with one_book(real):
            was = [states_of(incident, events[incident.pk], now) for incident in incidents]
        with one_book(supposed):
            would_be = [states_of(incident, events[incident.pk], now) for incident in incidents]
        for incident, before, after in zip(incidents, was, would_be, strict=True):
            counting.count(incident, before, after)
    return Simulation(
        version,
        start,
        end,
        counting.incidents,
        counting.gaining,
        counting.losing,
        counting.comparisons(by_category=False),
        counting.comparisons(by_category=True),
        sorted(counting.moved, key=lambda moved: (moved.stage, moved.reference)),
        counting.moved_confidential,
    )


def _period(version: ConventionVersion, now: datetime) -> tuple[datetime, datetime]:
    today = version.convention.local_day(now)
    end, _ = month_bounds(today, version.convention.timezone)
    start, _ = month_bounds(date(today.year - MONTHS // 12, today.month, 1), version.convention.timezone)
    return start, end


def _in_chunks(version: ConventionVersion, start: datetime, end: datetime) -> Iterator[Sequence[Incident]]:
    """The incidents of the project's quartiers that could count in the period, some at a time: memory stays flat."""
    alive = Q(status__in=OPEN_STATUSES) | Q(updated_at__gte=start)
    found = Incident.objects.filter(
        alive, residence__quartier__in=version.quartiers.values("pk"), reported_at__lt=end
    ).select_related("residence", "category")
    rows = found.order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _events(incidents: Sequence[Incident]) -> dict[int, list[IncidentEvent]]:
    events: dict[int, list[IncidentEvent]] = {incident.pk: [] for incident in incidents}
    for event in IncidentEvent.objects.filter(incident__in=events).order_by("incident_id", "seq"):
        events[event.incident_id].append(event)
    return events


def _side(decided: list[Decided]) -> Side:
    return Side(rates(decided), sum(each.contractual is None and each.strict is None for each in decided))


def _key(clock: ClockState) -> tuple[str, int, int]:
    return (clock.stage.value, clock.cycle, clock.party)
