"""How long an equipment was down, and whether it kept its rate: whole seconds, compared without rounding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.intervals import Interval, overlap, union
from gup.service_levels.stages import Verdict


class Turn(StrEnum):
    """What one fact of an incident does to its equipment. Dismissed: it had not been down at all."""

    DOWN = "down"
    UP = "up"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Availability:
    """Seconds of service over a span: promised in all of it, passed so far, and down among those passed."""

    promised: int
    passed: int
    down: int

    @property
    def rate_in_hundredths(self) -> int | None:
        """The rate so far in hundredths of a percent, rounded down: 98.4999 % never reads 98.50. None before any."""
        return 10_000 * (self.passed - self.down) // self.passed if self.passed else None

    def verdict(self, min_rate: Decimal) -> Verdict:
        """Held once the span is over and the rate reaches `min_rate` (percent, two decimals at most); missed as soon as
        it can no longer be reached; cancelled where nothing was promised.
        """
        if not self.promised:
            return Verdict.CANCELLED
        if 10_000 * (self.promised - self.down) < int(100 * min_rate) * self.promised:
            return Verdict.MISSED
        return Verdict.HELD if self.passed == self.promised else Verdict.PENDING


def outages(turns: Iterable[tuple[int, Turn]], until: int) -> list[Interval]:
    """The intervals [from, to) in which one incident kept its equipment down, as known at `until` (seconds UTC)."""
    found: list[Interval] = []
    since: int | None = None
    for at, turn in sorted(turns, key=lambda each: each[0]):
        if at > until:
            break
        if turn is Turn.DOWN:
            since = at if since is None else since
        elif since is not None:
            if turn is Turn.UP:
                found.append((since, at))
            since = None
    return found if since is None else [*found, (since, until)]


def availability(
    down: Iterable[Interval], start: int, end: int, *, until: int, calendar: WorkingCalendar
) -> Availability:
    """What [start, end) came to at `until`, counted in the calendar's openings; overlapping outages count once."""
    passed_until = max(start, min(end, until))
    return Availability(
        promised=calendar.elapsed(start, end),
        passed=calendar.elapsed(start, passed_until),
        down=sum(calendar.elapsed(*each) for each in within(down, start, passed_until)),
    )


def within(down: Iterable[Interval], start: int, end: int) -> Sequence[Interval]:
    """The union of the outages, clipped to [start, end)."""
    clipped = (overlap(each, (start, end)) for each in union(down))
    return [each for each in clipped if each is not None]
