"""Why a clock is due when it is: what was counted, piece by piece, so that anybody can add it up again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gup.service_levels import measuring
from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.clock_state import ClockState, Pause
from gup.service_levels.intervals import Interval, union
from gup.service_levels.stages import PauseReason, Verdict

# Beyond this many openings a list no longer helps: the total says it.
MOST_PIECES = 12


@dataclass(frozen=True, slots=True)
class CountedPause:
    """A pause and its length in the clock's own measure (seconds); no length while it is open.

    counted_seconds: what it took between `counted_from` and `counted_until`, less what an earlier pause already took.
    later_seconds: the same after a due that was missed, up to the stop or the reading: it shortens the lateness, and
    moves no due.
    """

    reason: PauseReason | None
    started_at: int
    ended_at: int | None
    seconds: int | None
    counted_seconds: int
    later_seconds: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """From `counted_from` to `counted_until` (seconds UTC), `counted_seconds` passed, of `allowed_seconds`.

    `counted_seconds` and those of the pauses add up to all the time of the measure between the two instants.
    counted_until: the due, or where the clock stopped before it, or since when it is paused, or the reading.
    late_seconds: less the pauses, from a due that was missed to the end, or to the reading of a clock still running.
    pieces: the openings counted, pauses taken out; empty where there are more than `MOST_PIECES`.
    """

    counted_from: int
    counted_until: int
    counted_seconds: int
    allowed_seconds: int
    late_seconds: int
    pauses: tuple[CountedPause, ...]
    pieces: tuple[Interval, ...]


def explain(state: ClockState, measure: WorkingCalendar, now: int) -> Explanation:
    """What the fold counted for this clock, read at `now` (seconds UTC).

    `measure` is that of the promise `counted_key`, which may not be the one that governs since.
    """
    until = max(_until(state, now), state.counted_from)
    last = max(_last(state, now), until)
    pauses = tuple(_counted(state.pauses, measure, (state.counted_from, until, last)))
    stood_still = union((pause.started_at, last if pause.ended_at is None else pause.ended_at) for pause in pauses)
    pieces = _without(measure.openings(state.counted_from, until), stood_still)
    return Explanation(
        counted_from=state.counted_from,
        counted_until=until,
        counted_seconds=measuring.elapsed_with_pauses(measure, state.counted_from, until, stood_still),
        allowed_seconds=state.allowed_seconds,
        late_seconds=measuring.elapsed_with_pauses(measure, until, last, stood_still),
        pauses=pauses,
        pieces=tuple(pieces) if len(pieces) <= MOST_PIECES else (),
    )


def _counted(pauses: Sequence[Pause], measure: WorkingCalendar, spans: tuple[int, int, int]) -> Iterator[CountedPause]:
    """Each pause by start, with what it took of [spans[0], spans[1]) and of [spans[1], spans[2])."""
    since, until, last = spans
    covered = since
    for pause in pauses:
        ended_at = last if pause.ended_at is None else pause.ended_at
        starts = max(pause.started_at, covered)
        yield CountedPause(
            pause.reason,
            pause.started_at,
            pause.ended_at,
            None if pause.ended_at is None else measure.elapsed(pause.started_at, pause.ended_at),
            counted_seconds=measure.elapsed(starts, min(ended_at, until)),
            later_seconds=measure.elapsed(max(starts, until), min(ended_at, last)),
        )
        covered = max(covered, ended_at)


def _until(state: ClockState, now: int) -> int:
    ended = [at for at in (state.stopped_at, state.cancelled_at, state.due_at) if at is not None]
    if ended:
        return min(ended)
    return now if state.paused_since is None else state.paused_since


def _last(state: ClockState, now: int) -> int:
    """Where lateness stops growing: only a missed clock has one."""
    if state.verdict(now) != Verdict.MISSED:
        return 0
    return next((at for at in (state.stopped_at, state.cancelled_at) if at is not None), now)


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
