"""Open time less pauses, and what a target allows in each way of counting."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.intervals import Interval, overlap, union
from gup.service_levels.measuring import budget, due_with_pauses, elapsed_with_pauses, measured_in, paused_time
from gup.service_levels.stages import Basis
from tests.service_levels.stories import HOUR, OFFICE, local, shown

MONDAY = local("02-02 08:00")
SPANS = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: (min(pair), max(pair)))


def test_pauses_that_overlap_or_touch_are_one() -> None:
    assert union([(5, 9), (1, 3), (8, 12), (3, 4), (7, 7)]) == [(1, 4), (5, 12)]


@pytest.mark.parametrize(
    ("other", "shared"), [((5, 9), (5, 7)), ((0, 3), (2, 3)), ((7, 9), None), ((0, 2), None), ((3, 3), None)]
)
def test_two_intervals_share_what_both_hold(other: Interval, shared: Interval | None) -> None:
    assert overlap((2, 7), other) == shared


@given(intervals=st.lists(SPANS, max_size=8))
def test_a_union_holds_the_same_seconds_sorted_and_apart(intervals: list[Interval]) -> None:
    merged = union(intervals)
    assert {second for span in merged for second in range(*span)} == {
        second for span in intervals for second in range(*span)
    }
    assert all(before[1] < after[0] for before, after in pairwise(merged))
    assert all(start < end for start, end in merged)


@given(
    start=st.integers(0, 14 * 86_400),
    seconds=st.integers(1, 40 * HOUR),
    hours=st.lists(SPANS, max_size=5),
)
def test_a_due_with_pauses_is_the_first_instant_that_leaves_the_target(
    start: int, seconds: int, hours: list[Interval]
) -> None:
    pauses = union((MONDAY + a * HOUR, MONDAY + b * HOUR) for a, b in hours)
    due = due_with_pauses(OFFICE, MONDAY + start, seconds, pauses)
    assert elapsed_with_pauses(OFFICE, MONDAY + start, due, pauses) == seconds
    assert elapsed_with_pauses(OFFICE, MONDAY + start, due - 1, pauses) == seconds - 1


def test_a_pause_that_starts_as_time_runs_out_comes_too_late() -> None:
    pause = (local("02-02 10:00"), local("02-04 10:00"))
    assert shown(due_with_pauses(OFFICE, MONDAY, 2 * HOUR, [pause])) == "02-02 10:00"
    assert shown(due_with_pauses(OFFICE, MONDAY, 2 * HOUR + 1, [pause])) == "02-04 10:00"


def test_a_pause_is_measured_in_opening_hours() -> None:
    pause = (local("02-06 15:00"), local("02-09 09:00"))
    assert paused_time(OFFICE, MONDAY, local("02-10 00:00"), [pause]) == 2 * HOUR
    assert paused_time(OFFICE, MONDAY, local("02-06 15:30"), [pause]) == HOUR // 2


def test_a_day_is_worth_the_hours_it_opens_and_never_24() -> None:
    start = local("02-05 10:00")
    assert budget(Basis.WORKING_DAYS, 1, OFFICE, start) == (6 + 8) * HOUR
    assert budget(Basis.CALENDAR_DAYS, 1, OFFICE, start) == (14 + 24) * HOUR
    assert budget(Basis.WORKING_TIME, 7200, OFFICE, start) == budget(Basis.ELAPSED_TIME, 7200, OFFICE, start) == 7200


def test_elapsed_time_and_calendar_days_pass_at_night_too() -> None:
    night = (local("02-05 20:00"), local("02-05 22:00"))
    assert measured_in(Basis.ELAPSED_TIME, OFFICE).elapsed(*night) == 2 * HOUR
    assert measured_in(Basis.CALENDAR_DAYS, OFFICE).elapsed(*night) == 2 * HOUR
    assert measured_in(Basis.WORKING_TIME, OFFICE).elapsed(*night) == 0
    assert measured_in(Basis.WORKING_DAYS, OFFICE).elapsed(*night) == 0
