"""Opening hours: when time passes, when it runs out, and what is no calendar."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.calendars import ALWAYS_OPEN, CalendarError, WorkingCalendar
from tests.service_levels.stories import HOUR, OFFICE, local, shown

PARIS = ZoneInfo("Europe/Paris")
LUNCH = WorkingCalendar(
    "America/Martinique",
    {**{day: [("07:30", "12:00"), ("13:00", "16:00")] for day in range(4)}, 4: [("07:30", "12:00")]},
    {date(2026, 5, 22): [], date(2026, 4, 3): [("07:30", "10:00")]},
)
NIGHTS = WorkingCalendar("Europe/Paris", {day: [("00:00", "06:00"), ("22:00", "24:00")] for day in range(7)})
INSTANTS = st.integers(local("2024-01-01 00:00"), local("2027-12-31 00:00"))


def paris(text: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp())


def test_a_report_outside_hours_accrues_from_the_next_opening() -> None:
    assert shown(OFFICE.add(local("02-06 19:00"), 2 * HOUR)) == "02-09 10:00", "Friday night counts from Monday 8:00"


def test_time_that_runs_out_at_closing_is_due_at_closing_and_not_at_the_next_opening() -> None:
    assert shown(OFFICE.add(local("02-06 15:00"), HOUR)) == "02-06 16:00"
    assert shown(OFFICE.add(local("02-06 15:00"), HOUR + 60)) == "02-09 08:01"


def test_lunch_and_a_day_closed_do_not_count_and_an_exception_opens_its_own_hours() -> None:
    assert shown(LUNCH.add(local("05-21 11:30"), HOUR)) == "05-21 13:30"
    assert shown(LUNCH.add(local("05-21 15:30"), HOUR)) == "05-25 08:00", "22 May is closed"
    assert LUNCH.elapsed(local("04-03 00:00"), local("04-04 00:00")) == int(2.5 * HOUR)


def test_no_time_at_all_is_due_at_once_even_when_closed() -> None:
    assert OFFICE.add(local("02-07 12:00"), 0) == local("02-07 12:00")


def test_nothing_elapses_backwards() -> None:
    assert OFFICE.elapsed(local("02-03 12:00"), local("02-03 09:00")) == 0
    assert OFFICE.elapsed(local("02-03 12:00"), local("02-03 12:00")) == 0


def test_the_door_is_open_at_opening_and_shut_at_closing() -> None:
    assert OFFICE.is_open(local("02-03 08:00"))
    assert OFFICE.is_open(local("02-03 16:00") - 1)
    assert not OFFICE.is_open(local("02-03 16:00"))
    assert not OFFICE.is_open(local("02-07 12:00"))
    assert ALWAYS_OPEN("America/Martinique").is_open(local("02-07 00:00"))


def test_windows_that_touch_at_midnight_are_one_night() -> None:
    assert NIGHTS.add(paris("2026-02-03 23:00"), 3 * HOUR) == paris("2026-02-04 02:00")


def test_the_day_of_an_instant_is_the_local_one() -> None:
    assert OFFICE.day_of(int(datetime(2026, 2, 4, 3, 59, tzinfo=UTC).timestamp())) == date(2026, 2, 3)


def test_the_last_closing_of_a_day_is_that_of_its_last_window_or_none() -> None:
    assert shown(LUNCH.last_closing(date(2026, 2, 2))) == "02-02 16:00"
    assert shown(LUNCH.last_closing(date(2026, 2, 6))) == "02-06 12:00"
    assert LUNCH.last_closing(date(2026, 2, 7)) is None
    assert LUNCH.last_closing(date(2026, 5, 22)) is None


def test_days_are_counted_from_the_day_after_the_report() -> None:
    assert shown(OFFICE.nth_working_day_close(local("02-05 00:01"), 1)) == "02-06 16:00"
    assert shown(OFFICE.nth_working_day_close(local("02-05 23:59"), 2)) == "02-09 16:00"
    assert shown(LUNCH.nth_working_day_close(local("05-21 08:00"), 1)) == "05-25 16:00"
    assert shown(OFFICE.nth_calendar_day_end(local("02-05 00:01"), 2)) == "02-08 00:00"
    assert shown(OFFICE.nth_calendar_day_end(local("02-05 23:59"), 2)) == "02-08 00:00"


@pytest.mark.parametrize("n", [0, -1])
def test_no_day_cannot_be_counted(n: int) -> None:
    with pytest.raises(ValueError, match="au moins un jour"):
        OFFICE.nth_working_day_close(local("02-05 00:01"), n)
    with pytest.raises(ValueError, match="au moins un jour"):
        OFFICE.nth_calendar_day_end(local("02-05 00:01"), n)


@pytest.mark.parametrize(
    ("weekly", "sentence"),
    [
        ({}, "n'ouvre jamais"),
        ({0: []}, "n'ouvre jamais"),
        ({0: [("08:00", "12:00"), ("11:59", "16:00")]}, "se chevauchent"),
        ({0: [("08:00", "08:00")]}, "se termine après"),
        ({0: [("16:00", "08:00")]}, "se termine après"),
        ({0: [("08:00", "24:01")]}, "24:00"),
        ({0: [("08:60", "12:00")]}, "illisible"),
        ({0: [("8 h", "12:00")]}, "illisible"),
        ({7: [("08:00", "12:00")]}, "Jour de la semaine inconnu : 7"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_sentence(
    weekly: Mapping[int, Sequence[tuple[str, str]]], sentence: str
) -> None:
    with pytest.raises(CalendarError, match=sentence):
        WorkingCalendar("America/Martinique", weekly)


def test_hours_of_one_day_that_overlap_are_refused_too() -> None:
    overlapping = {date(2026, 2, 17): [("08:00", "12:00"), ("10:00", "11:00")]}
    with pytest.raises(CalendarError, match="se chevauchent"):
        WorkingCalendar("America/Martinique", {0: [("08:00", "12:00")]}, overlapping)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(CalendarError, match="Fuseau horaire inconnu"):
        WorkingCalendar(zone, {0: [("08:00", "12:00")]})


def test_the_horizon_grows_by_itself_before_and_after() -> None:
    calendar = WorkingCalendar("America/Martinique", {day: [("08:00", "16:00")] for day in range(5)})
    assert shown(calendar.add(local("02-02 09:00"), HOUR)) == "02-02 10:00"
    assert calendar.elapsed(local("1990-01-01 00:00"), local("1990-01-02 00:00")) == 8 * HOUR
    assert calendar.elapsed(local("2070-01-01 00:00"), local("2070-01-02 00:00")) == 8 * HOUR
    years = 40 * HOUR * 52 * 20
    assert calendar.elapsed(local("02-02 08:00"), calendar.add(local("02-02 08:00"), years)) == years


@pytest.mark.parametrize("beyond", [10**10, 2 * 10**10, 10**15, 10**30])
def test_what_no_calendar_covers_is_refused_and_not_searched_for_ever(beyond: int) -> None:
    with pytest.raises(CalendarError, match="hors d"):
        OFFICE.add(local("02-02 09:00"), 10 * beyond)
    with pytest.raises(CalendarError, match="hors d"):
        OFFICE.elapsed(0, 10 * beyond)
    with pytest.raises(CalendarError):
        OFFICE.elapsed(-beyond, 0)


def test_threads_that_ask_while_the_horizon_grows_read_the_same_time() -> None:
    calendar = WorkingCalendar("America/Martinique", {day: [("08:00", "16:00")] for day in range(5)})
    asked = [(local(f"{year}-03-02 00:00"), local(f"{year}-03-30 00:00")) for year in range(1985, 2065)] * 5
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda span: calendar.elapsed(*span), asked))
    assert found == [OFFICE.elapsed(*span) for span in asked]


def test_the_night_that_loses_an_hour_has_one_less_and_the_night_that_gains_one_more() -> None:
    assert NIGHTS.elapsed(paris("2026-03-28 22:00"), paris("2026-03-29 06:00")) == 7 * HOUR
    assert NIGHTS.elapsed(paris("2026-10-24 22:00"), paris("2026-10-25 06:00")) == 9 * HOUR
    assert NIGHTS.add(paris("2026-03-28 22:00"), 7 * HOUR) == paris("2026-03-29 06:00")


def test_windows_whose_ends_the_spring_skips_meet_at_the_skip_and_never_overlap() -> None:
    """On 29 March 2026 in Paris, 2:00 is 3:00: what 2:15 to 2:45 would have held does not exist."""
    hours = {6: [("01:00", "02:15"), ("02:15", "02:45"), ("02:50", "04:00")]}
    calendar = WorkingCalendar("Europe/Paris", hours)
    assert calendar.elapsed(paris("2026-03-29 00:00"), paris("2026-03-29 12:00")) == 2 * HOUR
    assert calendar.add(paris("2026-03-29 01:30"), HOUR) == paris("2026-03-29 03:30")
    only_skipped = WorkingCalendar("Europe/Paris", {6: [("02:15", "02:45")]})
    assert only_skipped.last_closing(date(2026, 3, 29)) is None
    assert only_skipped.nth_working_day_close(paris("2026-03-28 12:00"), 1) == paris("2026-04-05 02:45")


def test_a_time_that_comes_twice_is_its_first_one() -> None:
    """On 25 October 2026 in Paris, 2:00 to 3:00 comes twice."""
    calendar = WorkingCalendar("Europe/Paris", {6: [("01:00", "02:30"), ("02:30", "04:00")]})
    whole = WorkingCalendar("Europe/Paris", {6: [("01:00", "04:00")]})
    day = (paris("2026-10-25 00:00"), paris("2026-10-25 12:00"))
    assert calendar.elapsed(*day) == whole.elapsed(*day) == 4 * HOUR
    assert calendar.last_closing(date(2026, 10, 25)) == paris("2026-10-25 04:00")
    early = WorkingCalendar("Europe/Paris", {6: [("01:00", "02:30")]})
    assert early.last_closing(date(2026, 10, 25)) == paris("2026-10-25 02:30", fold=0)


@given(start=INSTANTS, seconds=st.integers(1, 400 * 8 * HOUR), calendar=st.sampled_from([OFFICE, LUNCH, NIGHTS]))
def test_adding_and_measuring_are_inverse(start: int, seconds: int, calendar: WorkingCalendar) -> None:
    due = calendar.add(start, seconds)
    assert calendar.elapsed(start, due) == seconds
    assert calendar.elapsed(start, due - 1) < seconds, "the earliest instant"


@given(points=st.tuples(INSTANTS, INSTANTS, INSTANTS), calendar=st.sampled_from([OFFICE, LUNCH, NIGHTS]))
def test_time_adds_up(points: tuple[int, int, int], calendar: WorkingCalendar) -> None:
    first, middle, last = sorted(points)
    assert calendar.elapsed(first, last) == calendar.elapsed(first, middle) + calendar.elapsed(middle, last)


@given(start=INSTANTS, seconds=st.integers(0, 10**8), zone=st.sampled_from(["Europe/Paris", "America/Martinique"]))
def test_open_all_the_time_is_plain_arithmetic(start: int, seconds: int, zone: str) -> None:
    calendar = ALWAYS_OPEN(zone)
    assert calendar.add(start, seconds) == start + seconds
    assert calendar.elapsed(start, start + seconds) == seconds


WINDOWS = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(
    lambda quarters: [
        (f"{a // 4:02}:{a % 4 * 15:02}", f"{b // 4:02}:{b % 4 * 15:02}")
        for a, b in zip(*[iter(sorted(quarters)[: len(quarters) // 2 * 2])] * 2, strict=True)
    ]
)


@given(
    weekly=st.dictionaries(st.integers(0, 6), WINDOWS, min_size=1),
    start=st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 5)),
    minutes=st.integers(0, 4 * 24 * 60),
)
def test_what_elapses_is_what_a_clock_on_the_wall_shows(
    weekly: dict[int, list[tuple[str, str]]], start: datetime, minutes: int
) -> None:
    """Minute by minute, around the Sunday that loses an hour: open when the wall shows a time inside a window."""
    begin = int(start.replace(second=0, microsecond=0, tzinfo=PARIS, fold=0).timestamp())
    expected = 0
    for minute in range(minutes):
        wall = datetime.fromtimestamp(begin + minute * 60, PARIS)
        time = f"{wall:%H:%M}"
        expected += 60 * any(opens <= time < closes for opens, closes in weekly.get(wall.weekday(), []))
    assert WorkingCalendar("Europe/Paris", weekly).elapsed(begin, begin + minutes * 60) == expected


@given(start=INSTANTS, n=st.integers(1, 60))
def test_counting_open_days_one_by_one_gives_the_same_closing(start: int, n: int) -> None:
    day, left = LUNCH.day_of(start), n
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day != date(2026, 5, 22)
    assert LUNCH.nth_working_day_close(start, n) == LUNCH.last_closing(day)
