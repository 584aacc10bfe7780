"""Why a clock is due when it is: what was counted, piece by piece, so that anybody can add it up again."""

from collections.abc import Sequence
from dataclasses import dataclass

from gup.service_levels import measuring
from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.clock_state import ClockState
from gup.service_levels.intervals import Interval, union
from gup.service_levels.stages import PauseReason

# Beyond this many openings a list no longer helps: the total says it.
MOST_PIECES = 12


@dataclass(frozen=True, slots=True)
class CountedPause:
    """A pause and its length in the clock's own measure (seconds); no length while it is open."""

    reason: PauseReason | None
    started_at: int
    ended_at: int | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """From `counted_from` to `counted_until` (seconds UTC), `counted_seconds` passed, of `allowed_seconds`.

    counted_until: the due, or where the clock stopped before it, or since when it is paused, or the reading.
    pieces: the openings counted, pauses taken out; empty where there are more than `MOST_PIECES`.
    """

    counted_from: int
    counted_until: int
    counted_seconds: int
    allowed_seconds: int
    pauses: tuple[CountedPause, ...]
    pieces: tuple[Interval, ...]


def explain(state: ClockState, measure: WorkingCalendar, now: int) -> Explanation:
    """What the fold counted for this clock, read at `now` (seconds UTC); `measure` is its promise's."""
    pauses = tuple(
        CountedPause(
            pause.reason,
            pause.started_at,
            pause.ended_at,
            None if pause.ended_at is None else measure.elapsed(pause.started_at, pause.ended_at),
        )
        for pause in state.pauses
    )
    until = max(_until(state, now), state.counted_from)
    stood_still = union((pause.started_at, until if pause.ended_at is None else pause.ended_at) for pause in pauses)
    pieces = _without(measure.openings(state.counted_from, until), stood_still)
    return Explanation(
        counted_from=state.counted_from,
        counted_until=until,
        counted_seconds=measuring.elapsed_with_pauses(measure, state.counted_from, until, stood_still),
        allowed_seconds=state.allowed_seconds,
        pauses=pauses,
        pieces=tuple(pieces) if len(pieces) <= MOST_PIECES else (),
    )


def _until(state: ClockState, now: int) -> int:
    ended = [at for at in (state.stopped_at, state.cancelled_at, state.due_at) if at is not None]
    if ended:
        return min(ended)
    return now if state.paused_since is None else state.paused_since


def _without(openings: Sequence[Interval], pauses: Sequence[Interval]) -> list[Interval]:
    """The openings less the pauses; both sorted and disjoint."""
    left: list[Interval] = []
    for opens, closes in openings:
        for start, end in pauses:
            if end <= opens or start >= closes:
                continue
            if opens < start:
                left.append((opens, start))
            opens = min(end, closes)
        if opens < closes:
            left.append((opens, closes))
    return left
