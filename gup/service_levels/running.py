"""One clock while its history is being read: what suspends, retargets, stops or cancels it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gup.service_levels import measuring
from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.clock_state import ClockState, Pause
from gup.service_levels.intervals import Interval, overlap, union
from gup.service_levels.promises import Level, Promise
from gup.service_levels.stages import INFO_REQUESTED_MAX_WORKING_DAYS, FactKind, PauseReason

# Later than any instant a calendar covers: the end of what has not ended.
_NEVER = 1 << 62


@dataclass(slots=True)
class Wait:
    """[started_at, ended_at), open while `ended_at` is None. No reason: between a repair and its contest."""

    reason: PauseReason | None
    started_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A promise counted from an instant, and the seconds it allows from there in its own measure."""

    promise: Promise
    since: int
    allowed: int
    # The due had there been no pause: pauses only ever move it later.
    strict_due: int

    @classmethod
    def of(cls, promise: Promise, since: int) -> "Terms":
        allowed = promise.budget(since)
        return cls(promise, since, allowed, promise.measure.add(since, allowed))

    def due(self, pauses: Sequence[Interval]) -> int:
        return self.reached(self.allowed, pauses)

    def left(self, until: int, pauses: Sequence[Interval]) -> int:
        """The seconds still allowed at `until`."""
        return self.allowed - measuring.elapsed_with_pauses(self.promise.measure, self.since, until, pauses)

    def reached(self, seconds: int, pauses: Sequence[Interval]) -> int:
        """When `seconds` of the promise's measure have passed, less the pauses."""
        return measuring.due_with_pauses(self.promise.measure, self.since, seconds, pauses)


@dataclass(slots=True)
class RunningClock:
    """Mutable, and private to the fold.

    `terms`: one by default; each raise of the priority adds its own, and the earliest due wins (rule 13).
    `waits`: those of the party in charge, shared with its other clocks; the terms at the time say which of them count.
    `interruptions`: those of the whole perimeter; the terms say of them too whether they count.
    `suspensions`: what stops this clock whatever its terms say (in a third party's hands, between repair and contest).
    """

    cycle: int
    party: int
    terms: list[Terms]
    waits: list[Wait]
    interruptions: list[Wait] = field(default_factory=list)
    suspensions: list[Wait] = field(default_factory=list)
    stopped_at: int | None = None
    cancelled_at: int | None = None
    cancelled_by: FactKind | None = None
    missed_due: int | None = None
    is_excused: bool = False

    @property
    def promise(self) -> Promise:
        """The terms that govern now."""
        return self.terms[-1].promise

    @property
    def started_at(self) -> int:
        return self.terms[0].since

    @property
    def is_live(self) -> bool:
        return self.stopped_at is None and self.cancelled_at is None

    @property
    def is_undecided(self) -> bool:
        return self.is_live and self.missed_due is None

    @property
    def _ended_at(self) -> int | None:
        return self.stopped_at if self.stopped_at is not None else self.cancelled_at

    def notice(self, now: int) -> None:
        """Before anything happens at `now`: a due that has passed is missed for good (rule 6)."""
        if self.is_undecided and any(terms.strict_due < now for terms in self.terms):
            due = self.due()
            if due is not None and due < now:
                self.missed_due = due

    def stop(self, at: int) -> None:
        if self.is_live:
            self.stopped_at = at

    def cancel(self, at: int, *, by: FactKind) -> None:
        """Out of the denominator, unless it was already missed."""
        if self.is_live:
            self.cancelled_at, self.cancelled_by = at, by

    def suspend(self, at: int) -> None:
        """In a third party's hands, whatever the terms say of it (rule 4)."""
        if self.stopped_at is None:
            self.suspensions.append(Wait(PauseReason.THIRD_PARTY, at))

    def take_back(self, at: int) -> None:
        for each in self.suspensions:
            if each.ended_at is None:
                each.ended_at = at

    def restart(self, at: int) -> None:
        """Running again in the same cycle: what passed between the end and the reopening does not count (rule 8)."""
        if self._ended_at is not None:
            self.suspensions.append(Wait(None, self._ended_at, at))
        self.stopped_at = None
        self.revive()

    def revive(self) -> None:
        """As if it had never been cancelled."""
        self.cancelled_at = self.cancelled_by = None

    def begin_anew(self, promise: Promise, at: int) -> None:
        """Dropped, then promised again from `at` on."""
        self.revive()
        self.terms = [Terms.of(promise, at)]

    def retarget(self, promise: Promise) -> None:
        """Counted under other terms, from the start; only while undecided."""
        if self.is_undecided:
            self.terms = [Terms.of(promise, self.started_at)]

    def tighten(self, promise: Promise, at: int) -> None:
        """The due comes earlier if the new terms from `at` say so, never later; only while undecided."""
        if self.is_undecided:
            self.terms.append(Terms.of(promise, at))

    def amend(self, promise: Promise, at: int) -> None:
        """Under an amended promise: never earlier than it allows from `at`, later if it allows more from the start."""
        if promise.key == self.promise.key:
            return
        if Terms.of(promise, self.started_at).strict_due < min(terms.strict_due for terms in self.terms):
            self.tighten(promise, at)
        else:
            self.retarget(promise)

    def start_earlier(self, at: int) -> None:
        """Somebody had reported the same before; only while undecided, and never later."""
        if self.is_undecided and at < self.started_at:
            self.terms[0] = Terms.of(self.terms[0].promise, at)

    def due(self) -> int | None:
        """The due instant; None while a pause without a known end holds it away."""
        if self.missed_due is not None:
            return self.missed_due
        pauses, since = self._pauses()
        # Time that ran out before the pause, or exactly as it began, is not held away by it (rule 1).
        dues = [terms.due(pauses) for terms in self.terms if since is None or terms.left(since, pauses) <= 0]
        return min(dues, default=None)

    def state(self) -> ClockState:
        """What the history says of this clock once it has all been read."""
        pauses, paused_since = self._pauses()
        due, binding = self.due(), self._binding(pauses)
        remaining = lateness = None
        if due is None and paused_since is not None:
            binding = min(self.terms, key=lambda terms: terms.left(paused_since, pauses))
            remaining = binding.left(paused_since, pauses)
        measure = binding.promise.measure
        if due is not None and self.stopped_at is not None and self.stopped_at > due:
            lateness = measuring.elapsed_with_pauses(measure, due, self.stopped_at, pauses)
        return ClockState(
            stage=self.promise.stage,
            cycle=self.cycle,
            party=self.party,
            promise_key=self.promise.key,
            basis=self.promise.basis,
            target=self.promise.target,
            started_at=self.started_at,
            stopped_at=self.stopped_at,
            cancelled_at=self.cancelled_at,
            cancelled_by=self.cancelled_by,
            paused_since=paused_since,
            remaining_seconds=remaining,
            due_at=None if self.cancelled_at is not None and self.missed_due is None else due,
            strict_due_at=min(terms.strict_due for terms in self.terms),
            paused_seconds=sum(measure.elapsed(start, end) for start, end in pauses),
            lateness_seconds=lateness,
            excused=self.is_excused,
            pauses=tuple(
                Pause(reason, start, None if end == _NEVER else end)
                for reason, start, end in sorted(self._stops(), key=lambda stop: stop[1:])
            ),
            levels=self._levels(pauses) if self.is_live and paused_since is None else (),
            counted_from=binding.since,
            allowed_seconds=binding.allowed,
            counted_key=binding.promise.key,
            counted_basis=binding.promise.basis,
            counted_target=binding.promise.target,
        )

    def _binding(self, pauses: Sequence[Interval]) -> Terms:
        """The terms whose due comes first."""
        return min(self.terms, key=lambda terms: terms.due(pauses))

    def _levels(self, pauses: Sequence[Interval]) -> tuple[tuple[int, int], ...]:
        """The governing promise's levels, along the terms whose due binds: those may be of an earlier promise."""
        binding = self._binding(pauses)
        return tuple((level.order, _level_at(level, binding, pauses)) for level in self.promise.levels)

    def _pauses(self) -> tuple[list[Interval], int | None]:
        """The union of the pauses whose end is known, and since when another one, still open, has stopped the clock."""
        known = union((start, end) for _, start, end in self._stops())
        if known and known[-1][1] == _NEVER:
            # An open pause that began inside another one: the clock stood still since the earlier.
            since, _ = known.pop()
            return known, since
        return known, None

    def _stops(self) -> Iterator[tuple[PauseReason | None, int, int]]:
        """What stops this clock, each for the time [from, to) that it counts; `_NEVER` where it has not ended.

        A pause lasts as long as the clock at most: stopping straight from a pause first ends it (rule 6).
        """
        life = (self.started_at, _NEVER if self._ended_at is None else self._ended_at)
        for wait in self.suspensions:
            shared = overlap((wait.started_at, _NEVER if wait.ended_at is None else wait.ended_at), life)
            if shared is not None:
                yield wait.reason, *shared
        reigns = list(zip(self.terms, [*(terms.since for terms in self.terms[1:]), _NEVER], strict=True))
        for wait in (*self.waits, *self.interruptions):
            counted = (
                overlap((max(terms.since, wait.started_at), min(until, self._end_of(wait))), life)
                for terms, until in reigns
                if wait.reason in terms.promise.pausing
            )
            for part in union(part for part in counted if part is not None):
                yield wait.reason, *part

    def _end_of(self, wait: Wait) -> int:
        """Waiting for the reporter suspends for five working days at most, whether anybody resumes it or not."""
        ended_at = _NEVER if wait.ended_at is None else wait.ended_at
        if wait.reason != PauseReason.INFO_REQUESTED:
            return ended_at
        return min(ended_at, _latest_answer(self.promise.calendar, wait.started_at))


@lru_cache(maxsize=1024)
def _latest_answer(calendar: WorkingCalendar, asked_at: int) -> int:
    """When a request to the reporter stops suspending; asked again at each step of a long history."""
    return calendar.nth_working_day_close(asked_at, INFO_REQUESTED_MAX_WORKING_DAYS)


def _level_at(level: Level, terms: Terms, pauses: Sequence[Interval]) -> int:
    if level.share_percent is not None:
        seconds = terms.allowed * level.share_percent // 100
    else:
        seconds = max(terms.allowed + (level.offset_seconds or 0), 0)
    return terms.reached(seconds, pauses)
