"""What the fold says of one clock: enough for a verdict at any instant, without having been there."""

from dataclasses import dataclass

from gup.service_levels.stages import Basis, FactKind, PauseReason, Stage, Verdict

# Stage, cycle, party: what tells a clock from the others of its incident.
ClockKey = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Pause:
    """[started_at, ended_at) during which a clock stood still; still open when `ended_at` is None.

    No reason: between a repair and its contest. A request to the reporter ends by itself, perhaps in the future.
    """

    reason: PauseReason | None
    started_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class ClockState:
    """Instants in seconds UTC, lengths in seconds of the measure (a calendar, or 24/7) of the terms whose due binds.

    due_at: None while paused and undecided, and for a clock cancelled undecided; a missed clock keeps its due for ever.
    cancelled_by: what kind of fact took it out. strict_due_at: the due had there been no pause. remaining_seconds: kept
    while paused and undecided.
    pauses: those that stop this clock, by start. levels: (order, instant), none while paused, stopped or cancelled.
    lateness_seconds: open time less pauses from due to stop, once stopped late.
    counted_from, allowed_seconds: of the terms whose due binds; later than the start where a raise or an amendment
    brought it nearer. counted_key, counted_basis, counted_target: the promise of those terms, which stays an earlier
    one than `promise_key` where that was the stricter.
    """

    stage: Stage
    cycle: int
    party: int
    promise_key: int
    basis: Basis
    target: int
    started_at: int
    stopped_at: int | None
    cancelled_at: int | None
    cancelled_by: FactKind | None
    paused_since: int | None
    remaining_seconds: int | None
    due_at: int | None
    strict_due_at: int
    paused_seconds: int
    lateness_seconds: int | None
    excused: bool
    pauses: tuple[Pause, ...]
    levels: tuple[tuple[int, int], ...]
    counted_from: int
    allowed_seconds: int
    counted_key: int
    counted_basis: Basis
    counted_target: int

    @property
    def key(self) -> ClockKey:
        """Which clock of its incident it is."""
        return (self.stage.value, self.cycle, self.party)

    def verdict(self, now: int) -> Verdict:
        """Held or missed at `now`, pending while neither, cancelled when it left the denominator undecided."""
        return verdict_of(self.due_at, self.stopped_at, self.cancelled_at, now)

    def decided_at(self, now: int) -> int | None:
        """Held: the stop. Missed: the due instant (rule 9). None while undecided."""
        return self._decision(self.verdict(now), self.due_at)

    def strict_verdict(self, now: int) -> Verdict:
        """The same as if no pause had ever been: what people lived (rule 17)."""
        if self.cancelled_at is not None and self.due_at is None:
            return Verdict.CANCELLED
        return verdict_of(self.strict_due_at, self.stopped_at, self.cancelled_at, now)

    def strict_decided_at(self, now: int) -> int | None:
        """As `decided_at`, had there been no pause."""
        return self._decision(self.strict_verdict(now), self.strict_due_at)

    def _decision(self, verdict: Verdict, due_at: int | None) -> int | None:
        if verdict == Verdict.HELD:
            return self.stopped_at
        return due_at if verdict == Verdict.MISSED else None


def verdict_of(due_at: int | None, stopped_at: int | None, cancelled_at: int | None, now: int) -> Verdict:
    """Held iff stop <= due; missed iff stop > due, or now > due (rule 1). Nothing else decides.

    A clock cancelled after its due was missed, and stays so (rule 6). Instants in seconds UTC.
    """
    ended_at = stopped_at if stopped_at is not None else cancelled_at
    if due_at is not None and due_at < (now if ended_at is None else ended_at):
        return Verdict.MISSED
    if stopped_at is not None and due_at is not None:
        return Verdict.HELD
    return Verdict.PENDING if cancelled_at is None else Verdict.CANCELLED
