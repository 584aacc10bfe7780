"""The one fold: the facts of an incident, in the order they happened, into the state of its clocks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gup.service_levels.calendars import DAY
from gup.service_levels.circumstances import Amendment, Interruption, PromisesFor
from gup.service_levels.clock_state import ClockState, Pause
from gup.service_levels.facts import Fact
from gup.service_levels.promises import Level, Promise
from gup.service_levels.running import RunningClock, Terms, Wait
from gup.service_levels.stages import STAGE_ORDER, FactKind, PauseReason, Stage

__all__ = ["ClockState", "Fact", "Level", "Pause", "Promise", "PromisesFor", "fold"]

# Where nothing was promised about the repair, the window that conventions have by default (rule 8).
DEFAULT_WINDOW_DAYS = 15
# What an ending cancelled runs again when the incident reopens; what a new category dropped does not.
_ENDINGS = (FactKind.STAGE_REACHED, FactKind.CLOSED_UNRESOLVED)
_CHANGES = (FactKind.REPRIORITISED, FactKind.REQUALIFIED, FactKind.AMENDED)


def fold(
    facts: Iterable[Fact],
    promises_for: PromisesFor,
    interruptions: Iterable[Interruption] = (),
    amendments: Sequence[Amendment] = (),
) -> tuple[ClockState, ...]:
    """The clocks of an incident, in the order they started. Pure: the same facts give the same clocks, for ever.

    The order in which facts are given does not matter: rule 16 orders those of one instant, then their number.
    `interruptions` are waits that no party began and none can end; `amendments` come after the opening.
    Raises ValueError for a fact that lacks what its kind needs.
    """
    return read(facts, promises_for, interruptions, amendments).clocks


@dataclass(frozen=True, slots=True)
class Reading:
    """What a history says: its clocks, in the order they started, and the instant (seconds UTC) of the last amendment
    that bore on it, if any did.
    """

    clocks: tuple[ClockState, ...]
    amended_at: int | None


def read(
    facts: Iterable[Fact],
    promises_for: PromisesFor,
    interruptions: Iterable[Interruption] = (),
    amendments: Sequence[Amendment] = (),
) -> Reading:
    """The fold, with what it found out beside the clocks."""
    history = _History(
        promises_for, amendments, [Wait(each.reason, each.started_at, each.ended_at) for each in interruptions]
    )
    changes = [Fact(each.at, index, FactKind.AMENDED) for index, each in enumerate(amendments)]
    for fact in _standing([*facts, *changes]):
        for clock in history.clocks:
            clock.notice(fact.at)
        _READERS[fact.kind](history, fact)
    return Reading(tuple(clock.state() for clock in history.clocks), history.amended_at)


def earliest_report(facts: Iterable[Fact]) -> int:
    """When the problem was first reported (seconds UTC): the incident itself, or a duplicate that it still holds.

    Raises ValueError for a history without an opening.
    """
    standing = _standing(facts)
    opened = [fact.at for fact in standing if fact.kind == FactKind.OPENED]
    return min(opened + [fact.reported_at for fact in standing if fact.kind == FactKind.ABSORBED])


def _standing(facts: Iterable[Fact]) -> list[Fact]:
    """In their order, the facts that nothing undid: an undone merging never was, for either incident (rule 14).

    What stays of an undone merging is that it ended the waits of the duplicate: nobody was waiting for it any more.
    """
    standing: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: fact.order):
        if fact.kind == FactKind.UNMERGED:
            index = _last(standing, FactKind.MERGED)
            if index is not None:
                standing[index] = replace(standing[index], kind=FactKind.RESUMED, reason=None)
        elif fact.kind == FactKind.RELEASED:
            index = _last(standing, FactKind.ABSORBED, fact.reported_at)
            if index is not None:
                del standing[index]
        else:
            standing.append(fact)
    return standing


def _last(facts: Sequence[Fact], kind: FactKind, reported_at: int | None = None) -> int | None:
    """Where the last fact of a kind (and of a duplicate reported at an instant) stands, if anywhere."""
    for index in range(len(facts) - 1, -1, -1):
        if facts[index].kind == kind and reported_at in (None, facts[index].reported_at):
            return index
    return None


@dataclass(slots=True)
class _History:
    """What has been read so far. A side is a party in charge during a cycle."""

    promises_for: PromisesFor
    amendments: Sequence[Amendment] = ()
    interruptions: list[Wait] = field(default_factory=list)
    clocks: list[RunningClock] = field(default_factory=list)
    category: str = ""
    priority: str = ""
    party: int = 0
    cycle: int = 1
    waits: dict[tuple[int, int], list[Wait]] = field(default_factory=dict)
    reached: dict[tuple[int, int, Stage], int] = field(default_factory=dict)
    opened_at: int = 0
    ended_at: int | None = None
    amended_at: int | None = None
    is_duplicate: bool = False

    def promised(self, party: int | None = None) -> dict[Stage, Promise]:
        """What the party in charge, or another one, promised for what the incident is now."""
        party = self.party if party is None else party
        return {promise.stage: promise for promise in self.promises_for(self.category, self.priority, party)}

    def current(self, party: int | None = None) -> list[RunningClock]:
        """The clocks of this cycle: those of the party that answers now, or of another one that had it in hand."""
        party = self.party if party is None else party
        return [clock for clock in self.clocks if clock.party == party and clock.cycle == self.cycle]

    def current_waits(self) -> list[Wait]:
        return self.waits.setdefault((self.party, self.cycle), [])

    def reached_at(self, stage: Stage, party: int | None = None) -> int | None:
        """When the party in charge, or another one, first reached a stage in this cycle."""
        return self.reached.get((self.party if party is None else party, self.cycle, stage))

    def start(self, promises: Iterable[Promise], at: int) -> None:
        for promise in promises:
            terms = Terms.of(promise, at)
            self.clocks.append(RunningClock(self.cycle, self.party, [terms], self.current_waits(), self.interruptions))

    def start_what_is_new(self, at: int) -> None:
        """A new cycle, a new party, other terms: each stage that the party in charge promised, without a clock yet
        and that it did not reach before; but the receipt, which is given once, at the opening.
        """
        known = {Stage.RECEIPT, *(clock.promise.stage for clock in self.current())}
        promised = self.promised().items()
        self.start((terms for stage, terms in promised if stage not in known and self.reached_at(stage) is None), at)

    def stop(self, stages: Iterable[Stage], at: int) -> None:
        for stage in stages:
            self.reached.setdefault((self.party, self.cycle, stage), at)
            for clock in self.current():
                if clock.promise.stage == stage:
                    clock.stop(at)

    def end(self, at: int) -> None:
        """Repaired or closed: nobody waits any more, and the reopening window runs from the first end."""
        self.end_waits(at)
        if self.ended_at is None:
            self.ended_at = at

    def end_waits(self, at: int, reason: PauseReason | None = None) -> None:
        """End the open waits: those for one reason, or all."""
        for wait in self.current_waits():
            if wait.ended_at is None and reason in (None, wait.reason):
                wait.ended_at = at


def _opened(history: _History, fact: Fact) -> None:
    history.category, history.priority, history.party = fact.category, fact.priority, fact.party
    history.opened_at = fact.at
    history.start(history.promised().values(), fact.at)


def _receipt_sent(history: _History, fact: Fact) -> None:
    history.stop([Stage.RECEIPT], fact.at)


def _answered(history: _History, fact: Fact) -> None:
    history.stop([Stage.ANSWER], fact.at)


def _stage_reached(history: _History, fact: Fact) -> None:
    """A stage stops itself and the earlier ones (rule 7); a repair ends every wait, and frees the other parties."""
    if fact.stage not in STAGE_ORDER:
        raise ValueError(f"Ce fait n'atteint aucune étape : {fact.stage}.")
    history.stop(STAGE_ORDER[: STAGE_ORDER.index(fact.stage) + 1], fact.at)
    if fact.stage == Stage.RESOLVE:
        history.end(fact.at)
        for clock in history.clocks:
            if clock.party != history.party:
                clock.cancel(fact.at, by=fact.kind)


def _closed_unresolved(history: _History, fact: Fact) -> None:
    history.end(fact.at)
    for clock in history.clocks:
        clock.cancel(fact.at, by=fact.kind)


def _merged(history: _History, fact: Fact) -> None:
    """A duplicate, for good: an undone merging never comes here."""
    history.is_duplicate = True
    history.end_waits(fact.at)
    for clock in history.clocks:
        clock.cancel(fact.at, by=fact.kind)


def _paused(history: _History, fact: Fact) -> None:
    """Every clock shares the wait; the terms of each say whether it stops there."""
    if fact.reason is None:
        raise ValueError("Une attente a un motif.")
    waits = history.current_waits()
    if not any(wait.reason == fact.reason and wait.ended_at is None for wait in waits):
        waits.append(Wait(fact.reason, fact.at))


def _resumed(history: _History, fact: Fact) -> None:
    history.end_waits(fact.at, fact.reason)


def _reopened(history: _History, fact: Fact) -> None:
    """Within the window the same cycle goes on; after it, verdicts are final and a new cycle starts (rule 8)."""
    ended_at, history.ended_at = history.ended_at, None
    if ended_at is None:
        return
    repairs = [clock for clock in history.current() if clock.promise.stage == Stage.RESOLVE]
    window = repairs[0].promise.reopening_window_days if repairs else DEFAULT_WINDOW_DAYS
    if fact.at > ended_at + window * DAY:
        history.cycle += 1
        history.start_what_is_new(fact.at)
        return
    history.reached.pop((history.party, history.cycle, Stage.RESOLVE), None)
    for clock in history.clocks:
        was_cancelled = clock.cycle == history.cycle and clock.cancelled_by in _ENDINGS
        if was_cancelled or (clock in repairs and clock.stopped_at is not None):
            clock.restart(fact.at)


def _transferred(history: _History, fact: Fact) -> None:
    """The sender qualified it: its first contact is made, its other clocks wait; the receiver's start (rule 4)."""
    history.end_waits(fact.at)
    history.stop([Stage.ACKNOWLEDGE], fact.at)
    for clock in history.current():
        clock.suspend(fact.at)
    history.party = fact.party
    for clock in history.current():
        clock.take_back(fact.at)
    history.start_what_is_new(fact.at)


def _reprioritised(history: _History, fact: Fact) -> None:
    """Raised: only earlier, counted from now. Corrected or lowered: from the start (rule 13)."""
    history.priority = fact.priority
    _change_terms(history, fact, RunningClock.tighten if fact.mode == "raised" else _count_from_the_start)


def _requalified(history: _History, fact: Fact) -> None:
    history.category = fact.category
    _change_terms(history, fact, _count_from_the_start)


def _amended(history: _History, fact: Fact) -> None:
    """The convention changed for open incidents too: no due comes earlier than the new target counted from now, so that
    nothing is late that was not; a longer one is counted from the start (rule 11).
    """
    if history.ended_at is not None or history.is_duplicate:
        return
    history.promises_for, history.amended_at = history.amendments[fact.seq].promises_for, fact.at
    _change_terms(history, fact, RunningClock.amend)


def _change_terms(history: _History, fact: Fact, take: Callable[[RunningClock, Promise, int], None]) -> None:
    """Other terms for this cycle, whoever has the incident in hand: a party that it may come back to keeps its clocks.

    Stages that nothing promises any more are cancelled; those that are new start now.
    """
    for party in {clock.party for clock in history.clocks if clock.cycle == history.cycle}:
        promised = history.promised(party)
        for clock in history.current(party):
            terms = promised.get(clock.promise.stage)
            if terms is None:
                if clock.is_undecided:
                    clock.cancel(fact.at, by=fact.kind)
            elif clock.cancelled_by in _CHANGES:
                _promise_again(clock, terms, fact, history.reached_at(clock.promise.stage, party))
            else:
                take(clock, terms, fact.at)
    history.start_what_is_new(fact.at)


def _promise_again(clock: RunningClock, terms: Promise, fact: Fact, reached_at: int | None) -> None:
    """A stage that was dropped. By an amendment it starts now, unless it was reached meanwhile: nothing is late that
    was not. Otherwise it runs from its start, as if it had never been dropped, up to where it was reached.
    """
    if fact.kind == FactKind.AMENDED:
        if reached_at is None:
            clock.begin_anew(terms, fact.at)
        return
    clock.revive()
    clock.retarget(terms)
    if reached_at is not None:
        clock.stop(reached_at)


def _count_from_the_start(clock: RunningClock, terms: Promise, at: int) -> None:
    clock.retarget(terms)


def _absorbed(history: _History, fact: Fact) -> None:
    """A duplicate was reported earlier: what counts from the opening counts from there, so its due can only come
    earlier (rule 14). What began later, with another party, cycle or category, keeps its start.
    """
    for clock in history.clocks:
        if clock.started_at == history.opened_at:
            clock.start_earlier(fact.reported_at)
    history.opened_at = min(history.opened_at, fact.reported_at)


def _excused(history: _History, fact: Fact) -> None:
    for clock in history.clocks:
        if (clock.promise.stage, clock.cycle, clock.party) == (fact.stage, fact.cycle, fact.party):
            clock.is_excused = True


# An undone merging, and what undoes it, are gone before the facts are read.
_READERS: dict[FactKind, Callable[[_History, Fact], None]] = {
    FactKind.OPENED: _opened,
    FactKind.RECEIPT_SENT: _receipt_sent,
    FactKind.ANSWERED: _answered,
    FactKind.STAGE_REACHED: _stage_reached,
    FactKind.CLOSED_UNRESOLVED: _closed_unresolved,
    FactKind.MERGED: _merged,
    FactKind.PAUSED: _paused,
    FactKind.RESUMED: _resumed,
    FactKind.REOPENED: _reopened,
    FactKind.TRANSFERRED: _transferred,
    FactKind.REPRIORITISED: _reprioritised,
    FactKind.REQUALIFIED: _requalified,
    FactKind.ABSORBED: _absorbed,
    FactKind.EXCUSED: _excused,
    FactKind.AMENDED: _amended,
}
