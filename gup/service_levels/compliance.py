"""Rates from plain rows: held over decided, three ways side by side, and honest medians."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gup.service_levels.stages import Verdict

# Below this many decided clocks a rate is marked, and never ranked.
SMALL_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """Held and missed, counted; the percentage is derived and never stored."""

    held: int = 0
    missed: int = 0

    @property
    def decided(self) -> int:
        return self.held + self.missed

    @property
    def percent(self) -> float | None:
        """held / (held + missed) x 100, None when nothing was decided."""
        return 100 * self.held / self.decided if self.decided else None

    @property
    def is_small(self) -> bool:
        return self.decided < SMALL_SAMPLE

    def meets(self, threshold_percent: int) -> bool | None:
        """Whether the rate reaches the threshold, compared in whole numbers; None when nothing was decided."""
        return 100 * self.held >= threshold_percent * self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Rates:
    """Rule 17: as the convention counts, as people lived it, and after the DSU's arbitration."""

    contractual: Rate
    strict: Rate
    arbitrated: Rate


@dataclass(frozen=True, slots=True)
class Decided:
    """What one clock counts for in one month; None where it is not decided in that month on that account."""

    contractual: Verdict | None
    strict: Verdict | None
    is_excused: bool


def rates(rows: Iterable[Decided]) -> Rates:
    """The three rates of some clocks. An excused miss leaves the arbitrated rate and stays in the contractual one."""
    rows = list(rows)
    return Rates(
        contractual=_rate(row.contractual for row in rows),
        strict=_rate(row.strict for row in rows),
        arbitrated=_rate(row.contractual for row in rows if not (row.is_excused and row.contractual == Verdict.MISSED)),
    )


def _rate(verdicts: Iterable[Verdict | None]) -> Rate:
    counted = list(verdicts)
    return Rate(counted.count(Verdict.HELD), counted.count(Verdict.MISSED))


def month_bounds(month: date, timezone: str) -> tuple[datetime, datetime]:
    """[start, end) of a month as people there live it, in UTC; `month` is any day of it."""
    zone = ZoneInfo(timezone)
    start = datetime(month.year, month.month, 1, tzinfo=zone)
    end = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def local_month(instant: int, timezone: str) -> date:
    """The first day of the month that an instant (seconds UTC) falls in for people there (rule 9)."""
    return datetime.fromtimestamp(instant, ZoneInfo(timezone)).date().replace(day=1)


def kaplan_meier(durations: Sequence[int], observed: Sequence[bool]) -> tuple[int | None, int | None]:
    """The median and the 90th percentile of a time (seconds), the unfinished ones counted as "at least this long".

    None where so many are unfinished that the percentile is not reached. Durations of closed cases alone would flatter:
    the slow ones are still open.
    """
    at_risk, surviving = len(durations), 1.0
    median = p90 = None
    for duration, is_observed in sorted(zip(durations, observed, strict=True), key=lambda pair: (pair[0], not pair[1])):
        if is_observed:
            surviving *= (at_risk - 1) / at_risk
            # A hair of tolerance: 1/2 reached through thirds and quarters is a half.
            if median is None and surviving <= 0.5 + 1e-9:
                median = duration
            if p90 is None and surviving <= 0.1 + 1e-9:
                p90 = duration
        at_risk -= 1
    return median, p90
