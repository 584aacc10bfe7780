"""Downtime and its rate: counted once whatever overlaps, and never rounded up to the promise."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.availability import Availability, Turn, availability, outages, within
from gup.service_levels.calendars import ALWAYS_OPEN, WorkingCalendar
from gup.service_levels.compliance import month_bounds
from gup.service_levels.intervals import Interval
from gup.service_levels.stages import Verdict

DAY = 86_400
START, END = 0, 30 * DAY
ALWAYS = ALWAYS_OPEN("America/Martinique")
intervals = st.lists(
    st.tuples(st.integers(-5 * DAY, 35 * DAY), st.integers(0, 9 * DAY)).map(lambda each: (each[0], sum(each)))
)


def _month(down: list[Interval], until: int = END) -> Availability:
    return availability(down, START, END, until=until, calendar=ALWAYS)


@given(intervals)
def test_downtime_is_the_union_second_by_hour(down: list[Interval]) -> None:
    """Counted by hand, an hour at a time, on whole hours."""
    hours = [(start // 3600 * 3600, end // 3600 * 3600) for start, end in down]
    by_hand = sum(3600 for at in range(START, END, 3600) if any(start <= at < end for start, end in hours))
    assert _month(hours).down == by_hand


@given(intervals, intervals)
def test_the_same_outages_told_twice_count_once_and_more_outages_never_less(
    one: list[Interval], more: list[Interval]
) -> None:
    assert _month(one + one) == _month(one)
    assert _month(one).down <= _month(one + more).down <= END - START


@given(intervals, st.integers(START, END))
def test_what_is_missed_before_the_end_is_missed_at_the_end(down: list[Interval], until: int) -> None:
    known = [(start, min(end, until)) for start, end in down if start < until]
    early, late = _month(known, until), _month(down)
    promise = Decimal("98.50")
    if early.verdict(promise) == Verdict.MISSED:
        assert late.verdict(promise) == Verdict.MISSED
    assert late.verdict(promise) in (Verdict.HELD, Verdict.MISSED)


@given(intervals, intervals)
def test_a_span_cut_in_two_adds_up(down: list[Interval], other: list[Interval]) -> None:
    middle = START + 11 * DAY
    halves = [availability(down, *span, until=END, calendar=ALWAYS) for span in ((START, middle), (middle, END))]
    assert sum(half.down for half in halves) == _month(down).down


def test_a_rate_is_held_to_the_second() -> None:
    # 1.5 % of 30 days is 38,880 seconds.
    assert _month([(0, 38_880)]).verdict(Decimal("98.50")) == Verdict.HELD
    over = _month([(0, 38_881)])
    assert over.verdict(Decimal("98.50")) == Verdict.MISSED
    assert over.rate_in_hundredths == 9849, "what is missed never reads as the promise"


def test_a_month_that_runs_is_undecided_until_the_promise_is_out_of_reach() -> None:
    assert _month([(0, 38_880)], until=10 * DAY).verdict(Decimal("98.50")) == Verdict.PENDING
    assert _month([(0, 38_881)], until=10 * DAY).verdict(Decimal("98.50")) == Verdict.MISSED


def test_outside_the_hours_of_service_nothing_is_down() -> None:
    office = WorkingCalendar("America/Martinique", {day: [("08:00", "18:00")] for day in range(7)})
    start, end = (int(each.timestamp()) for each in month_bounds(date(2026, 9, 1), "America/Martinique"))
    # From 16:00 to 10:00 the next day, in Martinique: two hours, then two hours.
    down = (
        int(datetime(2026, 9, 10, 20, tzinfo=UTC).timestamp()),
        int(datetime(2026, 9, 11, 14, tzinfo=UTC).timestamp()),
    )
    found = availability([down], start, end, until=end, calendar=office)
    assert (found.promised, found.down) == (300 * 3600, 4 * 3600)


def test_where_nothing_is_promised_nothing_is_judged() -> None:
    assert Availability(0, 0, 0).verdict(Decimal(97)) == Verdict.CANCELLED
    assert Availability(0, 0, 0).rate_in_hundredths is None


def test_a_repair_that_is_contested_is_down_again_from_the_contest() -> None:
    turns = [(100, Turn.DOWN), (200, Turn.UP), (250, Turn.DOWN), (400, Turn.UP)]
    assert outages(turns, 1000) == [(100, 200), (250, 400)]
    assert outages(turns, 300) == [(100, 200), (250, 300)]


def test_an_incident_that_is_dismissed_was_never_down() -> None:
    assert outages([(100, Turn.DOWN), (300, Turn.DISMISSED)], 1000) == []
    assert outages([(100, Turn.DOWN), (300, Turn.DISMISSED), (500, Turn.DOWN)], 1000) == [(500, 1000)]


def test_outages_are_clipped_to_the_span() -> None:
    assert within([(-50, 10), (5, 20), (90, 200)], 0, 100) == [(0, 20), (90, 100)]
