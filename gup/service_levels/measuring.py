"""Open time less pauses: the one measure behind due instants, lateness and levels."""

from collections.abc import Sequence

from gup.service_levels.calendars import ALWAYS_OPEN, WorkingCalendar
from gup.service_levels.intervals import Interval, overlap
from gup.service_levels.stages import Basis


def due_with_pauses(calendar: WorkingCalendar, start: int, seconds: int, pauses: Sequence[Interval]) -> int:
    """The earliest instant at which open time since `start`, less the pauses (sorted, disjoint), reaches `seconds`."""
    reached = start
    left = seconds
    for begins, ends in pauses:
        if ends <= reached:
            continue
        before = calendar.elapsed(reached, begins)
        if before >= left:
            break
        left -= before
        reached = ends
    return calendar.add(reached, left)


def elapsed_with_pauses(calendar: WorkingCalendar, start: int, end: int, pauses: Sequence[Interval]) -> int:
    """The seconds of opening in [start, end) that no pause (sorted, disjoint) covers."""
    return calendar.elapsed(start, end) - paused_time(calendar, start, end, pauses)


def paused_time(calendar: WorkingCalendar, start: int, end: int, pauses: Sequence[Interval]) -> int:
    """The seconds of opening in [start, end) that the pauses (sorted, disjoint) cover."""
    shared = (overlap(pause, (start, end)) for pause in pauses)
    return sum(calendar.elapsed(*each) for each in shared if each is not None)


def measured_in(basis: Basis, calendar: WorkingCalendar) -> WorkingCalendar:
    """The calendar that a basis counts in: its own for working time and days, 24/7 for the others."""
    if basis in (Basis.WORKING_TIME, Basis.WORKING_DAYS):
        return calendar
    return ALWAYS_OPEN(calendar.timezone)


def budget(basis: Basis, target: int, calendar: WorkingCalendar, start: int) -> int:
    """The seconds that a target allows from `start`, in the calendar its basis counts in.

    A number of days is worth what its days hold (rule 2): it is never a multiple of 24 h of working time.
    """
    if basis == Basis.WORKING_DAYS:
        return calendar.elapsed(start, calendar.nth_working_day_close(start, target))
    if basis == Basis.CALENDAR_DAYS:
        return calendar.nth_calendar_day_end(start, target) - start
    return target
