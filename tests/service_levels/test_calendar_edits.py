"""Hours edited while clocks run: what has passed was counted once, under the hours of its time (rule 12)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.calendars import CalendarError, WorkingCalendar
from tests.service_levels.stories import HOUR, OFFICE, local, shown

ZONE = "America/Martinique"
MORNINGS = {day: [("08:00", "12:00")] for day in range(5)}
INSTANTS = st.integers(local("01-05 00:00"), local("12-20 00:00"))


def edited(when: str, weekly: dict[int, list[tuple[str, str]]], closed: tuple[date, ...] = ()) -> WorkingCalendar:
    return WorkingCalendar(ZONE, weekly, dict.fromkeys(closed, ()), former=OFFICE, since=local(when))


def test_shorter_hours_count_from_the_edit_and_not_before() -> None:
    calendar = edited("02-03 10:00", MORNINGS)  # a Tuesday
    # Monday's eight hours and two of Tuesday stand; then only mornings: 2 h on Tuesday, 4 h on Wednesday.
    assert calendar.elapsed(local("02-02 08:00"), local("02-03 10:00")) == 10 * HOUR
    assert shown(calendar.add(local("02-02 08:00"), 16 * HOUR)) == "02-04 12:00"


def test_a_closure_learnt_of_during_the_day_keeps_the_hours_already_worked() -> None:
    calendar = edited("02-03 10:00", {day: [("08:00", "16:00")] for day in range(5)}, closed=(date(2026, 2, 3),))
    assert calendar.elapsed(local("02-03 00:00"), local("02-04 00:00")) == 2 * HOUR
    assert shown(calendar.last_closing(date(2026, 2, 3))) == "02-03 10:00"


def test_a_closure_written_afterwards_changes_no_day_that_has_passed() -> None:
    calendar = edited("02-05 09:00", {day: [("08:00", "16:00")] for day in range(5)}, closed=(date(2026, 2, 3),))
    assert calendar.elapsed(local("02-03 00:00"), local("02-04 00:00")) == 8 * HOUR


def test_a_day_that_had_closed_before_the_edit_keeps_its_closing() -> None:
    evenings = {day: [("08:00", "20:00")] for day in range(5)}
    calendar = edited("02-03 17:00", evenings)
    assert shown(calendar.last_closing(date(2026, 2, 3))) == "02-03 16:00"
    assert shown(calendar.nth_working_day_close(local("02-02 09:00"), 1)) == "02-03 16:00"
    assert shown(calendar.nth_working_day_close(local("02-02 09:00"), 2)) == "02-04 20:00"


def test_an_edited_calendar_keeps_its_time_zone() -> None:
    with pytest.raises(CalendarError, match="fuseau"):
        WorkingCalendar("Europe/Paris", MORNINGS, former=OFFICE, since=0)


@given(INSTANTS, INSTANTS, INSTANTS, st.integers(1, 60 * HOUR))
def test_what_was_decided_before_an_edit_is_not_moved_by_it(start: int, edit: int, later: int, seconds: int) -> None:
    """A due that had passed stays where it was; one that had not comes after the edit. Two edits do as one each."""
    first, second = sorted((edit, later))
    once = WorkingCalendar(ZONE, MORNINGS, former=OFFICE, since=first)
    twice = WorkingCalendar(ZONE, {0: [("06:00", "24:00")]}, former=once, since=second)
    for before, after, at in ((OFFICE, once, first), (once, twice, second)):
        due, moved = before.add(start, seconds), after.add(start, seconds)
        assert moved == due if due <= at else moved >= at
        assert after.elapsed(min(start, at), at) == before.elapsed(min(start, at), at)
        days = before.nth_working_day_close(start, 3)
        if days <= at:
            assert after.nth_working_day_close(start, 3) == days
        assert after.elapsed(start, moved) == seconds
