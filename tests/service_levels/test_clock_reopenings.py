"""A repair that is contested: the same cycle within the window, a new one after it."""

import pytest

from gup.service_levels.stages import FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise, repair, shown

NEXT_YEAR = local("2027-01-04 12:00")


def test_contested_in_time_the_same_clock_goes_on_and_the_days_between_do_not_count() -> None:
    story = repair(16).opened("02-05 10:00").resolved("02-06 10:00")
    assert story.clock().verdict(NEXT_YEAR) == Verdict.HELD
    clock = story.reopened("02-11 10:00").clock()
    assert (clock.cycle, clock.stopped_at, shown(clock.due_at)) == (1, None, "02-12 10:00"), "8 hours were left"
    assert [(pause.reason, shown(pause.started_at), shown(pause.ended_at)) for pause in clock.pauses] == [
        (None, "02-06 10:00", "02-11 10:00")
    ]
    assert shown(clock.strict_due_at) == "02-09 10:00"
    again = story.resolved("02-12 10:00").clock()
    assert (again.verdict(NEXT_YEAR), again.decided_at(NEXT_YEAR)) == (Verdict.HELD, local("02-12 10:00"))
    assert again.strict_verdict(NEXT_YEAR) == Verdict.MISSED


def test_a_missed_clock_that_is_reopened_stays_missed_and_is_later_still() -> None:
    story = repair(2).opened("02-05 10:00").resolved("02-05 15:00").reopened("02-06 10:00")
    clock = story.clock()
    assert (clock.stopped_at, shown(clock.due_at), clock.verdict(NEXT_YEAR)) == (None, "02-05 12:00", Verdict.MISSED)
    assert story.resolved("02-06 12:00").clock().lateness_seconds == (3 + 2) * HOUR


def test_earlier_stages_were_reached_whatever_becomes_of_the_repair() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 8), promise(Stage.RESOLVE, 16)]})
    story.opened("02-05 10:00").resolved("02-06 10:00").reopened("02-09 10:00")
    assert shown(story.clock(Stage.ATTEND).stopped_at) == "02-06 10:00"
    assert story.clock(Stage.RESOLVE).stopped_at is None


@pytest.mark.parametrize(("reopened", "cycles"), [("02-11 10:00", [1]), ("02-11 10:01", [1, 2])])
def test_the_window_is_the_one_that_was_promised(reopened: str, cycles: list[int]) -> None:
    story = repair(16, window=5).opened("02-05 10:00").resolved("02-06 10:00").reopened(reopened)
    assert [clock.cycle for clock in story.clocks()] == cycles


def test_after_the_window_a_new_cycle_starts_with_the_full_target_and_the_old_verdict_is_final() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 8), promise(Stage.RESOLVE, 16)]})
    story.opened("02-05 10:00").resolved("02-06 10:00")
    before = story.clocks()
    after = story.reopened("02-23 10:00").clocks()
    assert after[:2] == before
    assert [(clock.stage, clock.cycle, shown(clock.started_at), shown(clock.due_at)) for clock in after[2:]] == [
        (Stage.ATTEND, 2, "02-23 10:00", "02-24 10:00"),
        (Stage.RESOLVE, 2, "02-23 10:00", "02-25 10:00"),
    ]
    story.resolved("02-24 10:00")
    assert [shown(clock.stopped_at) for clock in story.clocks()] == ["02-06 10:00"] * 2 + ["02-24 10:00"] * 2


def test_reopened_twice_each_interval_is_a_pause() -> None:
    story = repair(16).opened("02-05 10:00").resolved("02-05 14:00").reopened("02-06 08:00")
    story.resolved("02-06 12:00").reopened("02-09 10:00")
    assert (shown(story.clock().due_at), story.clock().paused_seconds) == ("02-10 10:00", (2 + 4 + 2) * HOUR)


def test_the_window_runs_from_the_repair_and_not_from_words_said_after_it() -> None:
    story = repair(16).opened("02-05 10:00").resolved("02-06 10:00").resolved("02-20 10:00")
    assert [clock.cycle for clock in story.reopened("02-22 10:00").clocks()] == [1, 2]


def test_reopening_what_was_not_over_changes_nothing() -> None:
    story = repair(16).opened("02-05 10:00")
    before = story.clocks()
    assert story.reopened("02-05 11:00").clocks() == before


def test_closed_without_a_repair_then_reopened_in_time_runs_again() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 8), promise(Stage.RESOLVE, 16)]}).opened("02-05 10:00")
    story.tell("02-05 14:00", FactKind.CLOSED_UNRESOLVED).reopened("02-06 10:00")
    assert [(clock.cancelled_at, shown(clock.due_at)) for clock in story.clocks()] == [
        (None, "02-06 14:00"),
        (None, "02-09 14:00"),
    ]


def test_a_repair_ends_the_waits_and_a_reopening_does_not_bring_them_back() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 14:00", PauseReason.CYCLONE).resolved("02-06 10:00")
    clock = story.reopened("02-09 10:00").clock()
    assert (clock.paused_since, shown(clock.due_at)) == (None, "02-10 14:00")


def test_what_another_party_had_in_hand_waits_again_when_the_repair_is_contested() -> None:
    story = Story({BAILLEUR: [promise(hours=16)], TOWN: [promise(hours=8, party=TOWN)]})
    story.opened("02-05 10:00").transferred("02-05 12:00", TOWN).resolved("02-05 14:00")
    assert story.clock(party=BAILLEUR).verdict(NEXT_YEAR) == Verdict.CANCELLED
    story.reopened("02-06 10:00")
    assert (story.clock(party=BAILLEUR).remaining_seconds, story.clock(party=BAILLEUR).due_at) == (14 * HOUR, None)
    assert shown(story.clock(party=TOWN).due_at) == "02-06 16:00", "6 hours were left"
    story.transferred("02-06 12:00", BAILLEUR)
    assert shown(story.clock(party=BAILLEUR).due_at) == "02-10 10:00"


def test_what_an_earlier_cycle_cancelled_stays_cancelled_when_a_later_one_is_contested() -> None:
    story = repair(16).opened("02-05 10:00").tell("02-05 14:00", FactKind.CLOSED_UNRESOLVED).reopened("02-23 10:00")
    story.resolved("02-23 14:00").reopened("02-24 10:00")
    assert story.clock(cycle=1).verdict(NEXT_YEAR) == Verdict.CANCELLED
    assert shown(story.clock(cycle=2).due_at) == "02-25 14:00"


def test_the_receipt_is_the_opening_s_own_and_is_not_owed_again() -> None:
    story = Story(
        {
            BAILLEUR: [promise(Stage.RECEIPT, 8), promise(Stage.RESOLVE, 16)],
            TOWN: [promise(Stage.RECEIPT, 8, party=TOWN), promise(Stage.RESOLVE, 16, party=TOWN)],
        }
    )
    story.opened("02-05 10:00").resolved("02-06 10:00").reopened("02-26 10:00")
    assert [(clock.stage, clock.cycle) for clock in story.clocks()] == [
        (Stage.RECEIPT, 1),
        (Stage.RESOLVE, 1),
        (Stage.RESOLVE, 2),
    ]
    story.transferred("02-26 12:00", TOWN)
    assert [clock.stage for clock in story.clocks() if clock.party == TOWN] == [Stage.RESOLVE]
