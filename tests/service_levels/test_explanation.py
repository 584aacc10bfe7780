"""What is explained is what was counted: the pieces and the pauses add up to the due, for any history."""

from hypothesis import given

from gup.service_levels import measuring
from gup.service_levels.explanation import MOST_PIECES, explain
from gup.service_levels.facts import Fact
from gup.service_levels.french_time import length
from gup.service_levels.stages import Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, OFFICE, Story, local, promise, repair
from tests.service_levels.test_clock_properties import LATER, clocks_of, histories


@given(facts=histories())
def test_the_pieces_add_up_to_what_was_counted_and_a_due_to_what_was_allowed(facts: list[Fact]) -> None:
    for clock in clocks_of(facts):
        measure = measuring.measured_in(clock.basis, OFFICE)
        why = explain(clock, measure, LATER)
        if why.pieces:
            assert sum(measure.elapsed(*piece) for piece in why.pieces) == why.counted_seconds
        if clock.due_at is not None and why.counted_until == clock.due_at:
            assert why.counted_seconds == why.allowed_seconds
        if clock.verdict(LATER) == Verdict.HELD:
            assert why.counted_seconds <= why.allowed_seconds
        if clock.remaining_seconds is not None:
            assert why.counted_seconds + clock.remaining_seconds == why.allowed_seconds


def test_openings_are_listed_while_they_are_few() -> None:
    short = repair(16).opened("02-02 09:00").clock()
    assert [OFFICE.elapsed(*piece) for piece in explain(short, OFFICE, local("02-02 10:00")).pieces] == [
        7 * HOUR,
        8 * HOUR,
        HOUR,
    ]
    long = Story({BAILLEUR: [promise(hours=8 * (MOST_PIECES + 2))]}).opened("02-02 08:00").clock()
    assert explain(long, OFFICE, local("02-02 10:00")).pieces == ()


def test_a_calendar_lists_its_openings_within_two_instants() -> None:
    assert OFFICE.openings(local("02-02 12:00"), local("02-03 09:00")) == [
        (local("02-02 12:00"), local("02-02 16:00")),
        (local("02-03 08:00"), local("02-03 09:00")),
    ]
    assert OFFICE.openings(local("02-02 16:00"), local("02-03 08:00")) == []
    assert OFFICE.openings(local("02-03 08:00"), local("02-02 16:00")) == []


def test_lengths_are_hours_and_minutes_whatever_their_size() -> None:
    assert [length(seconds).replace("\u00a0", " ") for seconds in (0, 30, 60, 3600, 7800, 72 * HOUR)] == [
        "0 min",
        "30 s",
        "1 min",
        "1 h",
        "2 h 10",
        "72 h",
    ]
