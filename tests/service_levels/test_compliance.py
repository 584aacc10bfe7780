"""Rates as the convention counts them, the month that counts, and delays that do not flatter."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.compliance import Decided, Rate, kaplan_meier, local_month, month_bounds, rates
from gup.service_levels.stages import Verdict

MARTINIQUE = "America/Martinique"
HELD, MISSED = Verdict.HELD, Verdict.MISSED


def test_three_rates_stand_side_by_side_and_an_excuse_changes_the_third_alone() -> None:
    found = rates(
        [
            Decided(HELD, HELD, is_excused=False),
            Decided(HELD, MISSED, is_excused=False),
            Decided(MISSED, MISSED, is_excused=True),
            Decided(MISSED, MISSED, is_excused=False),
            Decided(None, MISSED, is_excused=False),
            Decided(HELD, None, is_excused=True),
        ]
    )
    assert (found.contractual, found.strict, found.arbitrated) == (Rate(3, 2), Rate(1, 4), Rate(3, 1))


def test_a_clock_that_is_pending_or_cancelled_is_in_neither_count() -> None:
    found = rates([Decided(Verdict.PENDING, Verdict.CANCELLED, is_excused=False)])
    assert (found.contractual, found.strict, found.arbitrated) == (Rate(), Rate(), Rate())


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert (Rate().percent, Rate().meets(90), Rate().is_small) == (None, None, True)


@pytest.mark.parametrize(("held", "missed", "is_small"), [(4, 0, True), (2, 2, True), (3, 2, False), (5, 0, False)])
def test_fewer_than_five_is_marked_as_few(held: int, missed: int, is_small: bool) -> None:
    assert Rate(held, missed).is_small is is_small


@pytest.mark.parametrize(
    ("held", "missed", "meets"), [(9, 1, True), (899, 100, False), (900, 100, True), (0, 3, False)]
)
def test_a_threshold_is_compared_without_rounding(held: int, missed: int, meets: bool) -> None:
    """899 of 999 is 89.99 %: it reads 90,0 % and does not reach it."""
    assert Rate(held, missed).meets(90) is meets


def test_the_last_evening_of_a_month_in_martinique_is_of_that_month_although_not_in_utc() -> None:
    evening = int(datetime(2026, 3, 1, 3, 59, 59, tzinfo=UTC).timestamp())
    assert local_month(evening, MARTINIQUE) == date(2026, 2, 1)
    assert local_month(evening + 1, MARTINIQUE) == date(2026, 3, 1)
    assert local_month(evening, "UTC") == date(2026, 3, 1)


def test_a_month_starts_and_ends_at_local_midnight() -> None:
    assert month_bounds(date(2026, 12, 15), MARTINIQUE) == (
        datetime(2026, 12, 1, 4, tzinfo=UTC),
        datetime(2027, 1, 1, 4, tzinfo=UTC),
    )
    assert month_bounds(date(2026, 3, 1), "Europe/Paris") == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )


@given(instant=st.integers(0, 4 * 10**9), zone=st.sampled_from([MARTINIQUE, "Europe/Paris", "UTC"]))
def test_every_instant_is_in_the_bounds_of_its_month_and_of_no_other(instant: int, zone: str) -> None:
    start, end = month_bounds(local_month(instant, zone), zone)
    assert start.timestamp() <= instant < end.timestamp()
    assert month_bounds(local_month(int(end.timestamp()), zone), zone)[0] == end


def test_when_all_are_over_the_median_is_the_plain_one() -> None:
    assert kaplan_meier([30, 10, 20, 40, 50, 60, 70, 80, 90, 100], [True] * 10) == (50, 90)


def test_those_that_are_still_open_make_the_median_later() -> None:
    """Among 10, 20, 30 and 40, with 20 still open: 3/4 after 10, 3/8 after 30."""
    assert kaplan_meier([10, 20, 30, 40], [True, False, True, True]) == (30, 40)
    assert kaplan_meier([10, 30, 40], [True, True, True]) == (30, 40)
    assert kaplan_meier([10, 20, 21, 22, 30, 40], [True, False, False, False, True, True]) == (30, 40)
    assert kaplan_meier([10, 10, 20, 50, 50], [True, True, False, False, False]) == (None, None)


def test_what_ended_at_the_age_of_one_still_open_counts_before_it() -> None:
    assert kaplan_meier([10, 10], [False, True]) == (10, None)


def test_a_half_reached_through_thirds_is_a_half() -> None:
    assert kaplan_meier([1, 2, 3, 4, 5, 6], [True] * 6)[0] == 3


def test_without_any_case_there_is_no_delay() -> None:
    assert kaplan_meier([], []) == (None, None)


def test_a_duration_without_its_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        kaplan_meier([1, 2], [True])
