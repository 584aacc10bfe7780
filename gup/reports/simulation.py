"""What the last twelve ended months would have given under a project of amendment: the same fold, nothing touched."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from django.core.exceptions import ValidationError
from django.db.models import Q

from gup.conventions.enums import Audience, StageChoice
from gup.conventions.models import Category, Commitment, ConventionVersion, EscalationStep
from gup.conventions.promise_book import PromiseBook, SupposedBook, one_book
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import maybe_instant, states_of
from gup.reports.history import decided_between, is_undecided_at, recorded_events
from gup.reports.reached_levels import reached_levels
from gup.service_levels.clock_state import ClockKey, ClockState
from gup.service_levels.compliance import Decided, Rates, month_bounds, rates
from gup.service_levels.stages import Verdict

MONTHS = 12
CHUNK = 200


class Outcome(StrEnum):
    """What a clock comes to in the period. Absent: nothing was promised, or it left the count undecided."""

    HELD = "held"
    MISSED = "missed"
    UNDECIDED = "undecided"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Side:
    """One reading of some clocks: the three rates, those undecided at the period's end, and the lowest threshold that
    was promised for them (None where nothing was).
    """

    rates: Rates
    undecided: int
    threshold_percent: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stage, or a family within it, or a category within that (empty: all of them), observed and supposed."""

    stage: str
    family: str
    category: str
    observed: Side
    supposed: Side

    @property
    def points(self) -> float | None:
        """Supposed less observed, in points of the contractual rate; None where either decided nothing."""
        was, would = self.observed.rates.contractual.percent, self.supposed.rates.contractual.percent
        return None if was is None or would is None else would - was

    @property
    def is_small(self) -> bool:
        """Whether either rate rests on too few clocks for the difference to say much."""
        return self.observed.rates.contractual.is_small or self.supposed.rates.contractual.is_small


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose outcome in the period changes. A due is None without a clock, or while it is paused."""

    reference: str
    residence: str
    category: str
    stage: str
    was: Outcome
    would_be: Outcome
    due_was: datetime | None
    due_would_be: datetime | None


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many clocks reached an escalation level within the period, observed and supposed."""

    level: int
    audience: str
    observed: int
    supposed: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """`start` and `end` (UTC) bound the period; confidential incidents are counted and never listed.

    incidents: those reported in the period that the convention governed, which the two readings compare.
    gaining: those that it did not govern and that the project would; they are in neither rate.
    losing: those, among the compared, that the project would not govern any more.
    extended, reduced: those that stay, with a delay that they did not have, or without one that they had.
    directions: how many clocks change from an outcome to another, confidential ones included.
    """

    version: ConventionVersion
    start: datetime
    end: datetime
    incidents: int
    gaining: int
    losing: int
    extended: int
    reduced: int
    stages: list[Comparison]
    families: list[Comparison]
    categories: list[Comparison]
    levels: list[LevelCount]
    directions: dict[tuple[Outcome, Outcome], int]
    moved: list[Moved]
    moved_confidential: int


@dataclass(slots=True)
class _Reading:
    """One side of a tally while the incidents pass by."""

    decided: list[Decided] = field(default_factory=list)
    undecided: int = 0
    threshold_percent: int | None = None

    def side(self) -> Side:
        return Side(rates(self.decided), self.undecided, self.threshold_percent)


@dataclass(slots=True)
class _Counting:
    """One passage over the incidents: only the totals and the clocks that move are kept."""

    start: datetime
    end: datetime
    now: datetime
    # Commitment -> threshold: what the convention promised, and what the project would.
    promised: dict[int, int]
    proposed: dict[int, int]
    incidents: int = 0
    gaining: int = 0
    losing: int = 0
    extended: int = 0
    reduced: int = 0
    tallies: dict[tuple[str, str, str], tuple[_Reading, _Reading]] = field(default_factory=dict)
    directions: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    moved: list[Moved] = field(default_factory=list)
    moved_confidential: int = 0

    def count(
        self, incident: Incident, observed: dict[ClockKey, ClockState], supposed: dict[ClockKey, ClockState]
    ) -> bool:
        """Add an incident to the totals; whether it is compared at all."""
        if not observed:
            # Outside the convention at the time: beside rates that never counted it, it would only blur them.
            self.gaining += bool(supposed)
            return False
        self.incidents += 1
        self.losing += not supposed
        self.extended += bool(supposed.keys() - observed.keys())
        self.reduced += bool(supposed and observed.keys() - supposed.keys())
        for key in sorted(observed.keys() | supposed.keys()):
            self._compare(incident, key[0], observed.get(key), supposed.get(key))
        return True

    def _compare(self, incident: Incident, stage: str, was: ClockState | None, would_be: ClockState | None) -> None:
        category = incident.category
        for names in (("", ""), (category.family.name, ""), (category.family.name, category.name)):
            readings = self.tallies.setdefault((stage, *names), (_Reading(), _Reading()))
            self._read(readings[0], was, self.promised)
            self._read(readings[1], would_be, self.proposed)
        change = self._outcome(was), self._outcome(would_be)
        if change[0] == change[1]:
            return
        self.directions[change] += 1
        if incident.is_confidential:
            self.moved_confidential += 1
            return
        dues = [maybe_instant(clock.due_at) if clock else None for clock in (was, would_be)]
        self.moved.append(
            Moved(
                incident.ref,
                incident.residence.name,
                category.name,
                stage,
                *change,
                due_was=dues[0],
                due_would_be=dues[1],
            )
        )

    def _read(self, reading: _Reading, clock: ClockState | None, thresholds: dict[int, int]) -> None:
        if clock is None:
            return
        reading.decided.append(decided_between(clock, self.start, self.end, self.now))
        reading.undecided += is_undecided_at(clock, self.end, self.now)
        threshold = thresholds[clock.promise_key]
        reading.threshold_percent = min(threshold, reading.threshold_percent or threshold)

    def _outcome(self, clock: ClockState | None) -> Outcome:
        if clock is None:
            return Outcome.ABSENT
        verdict = decided_between(clock, self.start, self.end, self.now).contractual
        if verdict is not None:
            return Outcome.HELD if verdict == Verdict.HELD else Outcome.MISSED
        return Outcome.UNDECIDED if is_undecided_at(clock, self.end, self.now) else Outcome.ABSENT

    def comparisons(self, breadth: int) -> list[Comparison]:
        """The lines that name a stage alone (0), with a family (1), with a category too (2)."""
        keys = [key for key in self.tallies if sum(map(bool, key[1:])) == breadth]
        keys.sort(key=lambda key: (key[1], StageChoice.values.index(key[0]), key[2]))
        return [Comparison(*key, *(reading.side() for reading in self.tallies[key])) for key in keys]


def simulate(version: ConventionVersion, *, now: datetime) -> Simulation:
    """The incidents of the last twelve ended months (of the convention's zone), as they stood at `now` (UTC), under a
    project beside what they were; reads only.

    What is supposed: the facts as they happened, the project in force all along for its parties in its quartiers, its
    calendars and suspending reasons over the past. Raises ValidationError for what is no project, promises nothing, or
    covers no quartier.
    """
    if version.activated_at is not None:
        raise ValidationError("Cette version est activée : ses résultats sont sur la page des engagements.")
    if not version.commitments.exists():
        raise ValidationError("Ce projet ne contient aucun engagement : il n'y a rien à simuler.")
    if not version.quartiers.exists():
        raise ValidationError("Ce projet ne couvre aucun quartier : il n'y a rien à simuler.")
    start, end = _period(version, now)
    signed = Commitment.objects.filter(version__convention=version.convention_id, version__activated_at__isnull=False)
    promised = dict(signed.values_list("pk", "threshold_percent"))
    proposed = dict(version.commitments.values_list("pk", "threshold_percent"))
    counting = _Counting(start, end, now, promised, proposed)
    levels: tuple[Counter[int], Counter[int]] = Counter(), Counter()
    nomenclature = list(Category.objects.all())
    books = (PromiseBook(nomenclature), promised), (SupposedBook(version, nomenclature), proposed)
    for incidents in _in_chunks(version, start, end):
        events = recorded_events([incident.pk for incident in incidents], now)
        observed, supposed = (_read_chunk(incidents, events, now, *book) for book in books)
        compared = [
            incident for incident in incidents if counting.count(incident, observed[incident.pk], supposed[incident.pk])
        ]
        for (book, own), counter in zip(books, levels, strict=True):
            with one_book(book):
                for incident in compared:
                    counter.update(reached_levels(incident, events[incident.pk], own, start, end, now))
    return Simulation(
        version=version,
        start=start,
        end=end,
        incidents=counting.incidents,
        gaining=counting.gaining,
        losing=counting.losing,
        extended=counting.extended,
        reduced=counting.reduced,
        stages=counting.comparisons(0),
        families=counting.comparisons(1),
        categories=counting.comparisons(2),
        levels=_level_counts(version, *levels),
        directions=dict(sorted(counting.directions.items())),
        moved=sorted(counting.moved, key=lambda moved: (StageChoice.values.index(moved.stage), moved.reference)),
        moved_confidential=counting.moved_confidential,
    )


def _period(version: ConventionVersion, now: datetime) -> tuple[datetime, datetime]:
    today = version.convention.local_day(now)
    end, _ = month_bounds(today, version.convention.timezone)
    start, _ = month_bounds(date(today.year - MONTHS // 12, today.month, 1), version.convention.timezone)
    return start, end


def _in_chunks(version: ConventionVersion, start: datetime, end: datetime) -> Iterator[Sequence[Incident]]:
    """The incidents reported in the period where the project or its convention speaks, some at a time so that memory
    stays flat.

    A quartier that the project leaves out is read too: its incidents are those that would be outside the convention.
    """
    concerned = Q(pk=version.pk) | Q(convention=version.convention_id, activated_at__isnull=False)
    quartiers = ConventionVersion.objects.filter(concerned).values("quartiers")
    found = Incident.objects.filter(residence__quartier__in=quartiers, reported_at__gte=start, reported_at__lt=end)
    rows = found.select_related("residence", "category__parent").order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _read_chunk(
    incidents: Iterable[Incident],
    events: dict[int, list[IncidentEvent]],
    now: datetime,
    book: PromiseBook,
    own: dict[int, int],
) -> dict[int, dict[ClockKey, ClockState]]:
    """Each incident's clocks in a book, those that the commitments of `own` promised."""
    with one_book(book):
        return {
            incident.pk: {
                clock.key: clock for clock in states_of(incident, events[incident.pk], now) if clock.promise_key in own
            }
            for incident in incidents
        }


def _level_counts(version: ConventionVersion, observed: Counter[int], supposed: Counter[int]) -> list[LevelCount]:
    """Every level that the project has or that was reached, with whom the project would tell, else whom was told."""
    steps = EscalationStep.objects.filter(version__convention=version.convention_id).order_by("version__number")
    audiences = dict(steps.filter(version__activated_at__isnull=False).values_list("level", "audience"))
    proposed = dict(steps.filter(version=version).values_list("level", "audience"))
    audiences |= proposed
    return [
        LevelCount(level, Audience(audiences[level]).label, observed[level], supposed[level])
        for level in sorted({*observed, *supposed, *proposed})
    ]
