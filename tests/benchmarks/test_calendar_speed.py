"""How many due instants and lengths of opening a core computes in a second, at any span, beside another library."""

import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import Any

import businesstimedelta
import pytest
import pytz

from gup.service_levels.calendars import DAY, WorkingCalendar
from gup.service_levels.holidays import legal_holidays
from tests.benchmarks.measures import sized

CALLS = sized(small=200, default=200_000, full=200_000)
# The other library is asked less often: its time grows with the span.
ASKED = sized(small=2, default=200, full=2_000)
TARGET = 500_000  # a second, on one core
HOUR = 3600
SPANS = {"30 minutes": HOUR // 2, "1 day": DAY, "1 month": 30 * DAY, "3 years": 3 * 365 * DAY}
HOURS = {
    "office with a lunch break": {day: [("07:30", "12:00"), ("13:00", "16:00")] for day in range(5)},
    "24/7": {day: [("00:00", "24:00")] for day in range(7)},
}


def calls_a_second(call: Callable[[int, int], int], asked: Iterable[tuple[int, int]]) -> float:
    """The best of three runs: what else the machine does only ever slows one down."""
    pairs = list(asked)
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for first, second in pairs:
            call(first, second)
        best = min(best, time.perf_counter() - start)
    return len(pairs) / best


@pytest.mark.benchmark
@pytest.mark.timeout(600)
@pytest.mark.parametrize("hours", HOURS)
def test_calls_a_second(hours: str) -> None:
    closed: dict[date, list[tuple[str, str]]] = {day: [] for year in range(2024, 2036) for day in legal_holidays(year)}
    calendar = WorkingCalendar("America/Martinique", HOURS[hours], closed if hours != "24/7" else {})
    begin = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    before = time.perf_counter()
    calendar.elapsed(begin, begin + 10 * 365 * DAY)
    sys.stdout.write(f"\n{hours}: compiled in {1000 * (time.perf_counter() - before):.0f} ms\n")
    chance = random.Random(2026)
    starts = [begin + chance.randrange(365 * DAY) for _ in range(CALLS)]
    # It knows no 24:00: a day without closing loses its last instant there, so only office hours are compared.
    other = None if hours == "24/7" else _businesstimedelta(HOURS[hours], closed)
    columns = ("span", "add / s", "elapsed / s", "slowest / target", "other elapsed / s", "ratio")
    sys.stdout.write("".join(f"{column:>19}" for column in columns) + "\n")
    for span, seconds in SPANS.items():
        opening = max(calendar.elapsed(begin, begin + seconds), HOUR // 2)
        adds = calls_a_second(calendar.add, ((start, opening) for start in starts))
        lengths = calls_a_second(calendar.elapsed, ((start, start + seconds) for start in starts))
        sys.stdout.write(f"{span:>19}{adds:>19,.0f}{lengths:>19,.0f}{min(adds, lengths) / TARGET:>18.1f}x")
        if other is not None:
            asked = [(start, start + seconds) for start in starts[:ASKED]]
            theirs = calls_a_second(other, asked)
            assert [other(*pair) for pair in asked[:5]] == [calendar.elapsed(*pair) for pair in asked[:5]]
            sys.stdout.write(f"{theirs:>19,.0f}{lengths / theirs:>18,.0f}x")
        sys.stdout.write("\n")


def _businesstimedelta(
    hours: dict[int, list[tuple[str, str]]], closed: dict[date, list[tuple[str, str]]]
) -> Callable[[int, int], int]:
    """Open seconds between two instants as the library businesstimedelta counts them, for the same hours."""
    zone = pytz.timezone("America/Martinique")
    windows = hours[0]
    rules: list[Any] = [
        businesstimedelta.WorkDayRule(
            start_time=time_of_day.fromisoformat(opens),
            end_time=time_of_day.fromisoformat(closes),
            working_days=sorted(hours),
            tz=zone,
        )
        for opens, closes in windows
    ]
    holidays = [businesstimedelta.HolidayRule(dict.fromkeys(closed, "fermé"), tz=zone)] if closed else []
    business = businesstimedelta.Rules([*rules, *holidays])

    def elapsed(start: int, end: int) -> int:
        first, last = (datetime.fromtimestamp(each, zone) for each in (start, end))
        found = business.difference(first, last)
        return int(found.hours * HOUR + found.seconds)

    return elapsed
