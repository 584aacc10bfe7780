"""What is explained is what was counted: the pieces and the pauses add up to the due, for any history."""

from hypothesis import given

from gup.service_levels import measuring
from gup.service_levels.clocks import fold
from gup.service_levels.explanation import MOST_PIECES, explain
from gup.service_levels.facts import Fact
from gup.service_levels.french_time import length
from gup.service_levels.stages import Basis, FactKind, PauseReason, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, OFFICE, TOWN, Story, local, promise, repair, shown
from tests.service_levels.test_clock_properties import LATER, clocks_of, histories

# A raise or a new category may change the measure itself, and leave the earlier terms the stricter.
MIXED = {
    (category, priority, party): [
        promise(hours=20 if basis == Basis.ELAPSED_TIME else 16, basis=basis, party=party, key=key)
    ]
    for party in (BAILLEUR, TOWN)
    for key, (category, priority, basis) in enumerate(
        (
            ("lift", "normal", Basis.ELAPSED_TIME),
            ("lift", "urgent", Basis.WORKING_TIME),
            ("gate", "normal", Basis.WORKING_TIME),
            ("gate", "urgent", Basis.ELAPSED_TIME),
        ),
        start=10 * party,
    )
}


@given(facts=histories())
def test_the_pieces_add_up_to_what_was_counted_and_a_due_to_what_was_allowed(facts: list[Fact]) -> None:
    for clock in (*clocks_of(facts), *fold(facts, Story(MIXED).promises_for)):
        measure = measuring.measured_in(clock.counted_basis, OFFICE)
        why = explain(clock, measure, LATER)
        if why.pieces:
            assert sum(measure.elapsed(*piece) for piece in why.pieces) == why.counted_seconds
        suspended = sum(pause.counted_seconds for pause in why.pauses)
        assert why.counted_seconds + suspended == measure.elapsed(why.counted_from, why.counted_until)
        if clock.due_at is not None and why.counted_until == clock.due_at:
            assert why.counted_seconds == why.allowed_seconds
        if clock.verdict(LATER) == Verdict.HELD:
            assert why.counted_seconds <= why.allowed_seconds
        if clock.remaining_seconds is not None:
            assert why.counted_seconds + clock.remaining_seconds == why.allowed_seconds


def test_the_terms_told_are_those_whose_due_binds_even_when_others_govern_since() -> None:
    # 20 hours, day and night, raised to 16 hours of opening: the first due is the nearer, and stays.
    told = Story(
        {
            BAILLEUR: [promise(hours=20, basis=Basis.ELAPSED_TIME, key=1)],
            ("lift", "danger", BAILLEUR): [promise(hours=16, key=2)],
        }
    ).opened("02-02 09:00")
    clock = told.tell("02-02 10:00", FactKind.REPRIORITISED, priority="danger", mode="raised").clock()
    assert (shown(clock.due_at), clock.promise_key) == ("02-03 05:00", 2)
    assert (clock.counted_key, clock.counted_basis, clock.counted_target) == (1, Basis.ELAPSED_TIME, 20 * HOUR)


def test_waits_that_overlap_or_come_before_or_after_what_is_counted_are_not_added_to_it() -> None:
    told = repair(4).opened("02-02 08:00").paused("02-02 09:00", PauseReason.ACCESS_REFUSED)
    told.cyclone("02-02 10:00", "02-02 12:00").resumed("02-02 11:00", PauseReason.ACCESS_REFUSED)
    told.resolved("02-03 09:00")
    why = explain(told.clock(), OFFICE, LATER)
    assert [(pause.seconds, pause.counted_seconds) for pause in why.pauses] == [(2 * HOUR, 2 * HOUR), (2 * HOUR, HOUR)]


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
