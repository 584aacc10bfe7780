"""An amendment that applies to open incidents (rule 11): nothing becomes late that was not, nothing decided moves."""

import pytest

from gup.service_levels.stages import FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, TOWN, Story, local, promise, repair, shown

SHORTER = {BAILLEUR: [promise(hours=4, key=2)]}
LONGER = {BAILLEUR: [promise(hours=40, key=2)]}


def test_a_shorter_target_counts_from_the_day_it_comes_into_force() -> None:
    clock = repair(16).opened("02-02 08:00").amended("02-03 08:00", SHORTER).clock()
    assert (shown(clock.due_at), clock.promise_key) == ("02-03 12:00", 2)


def test_a_shorter_target_never_gives_more_time_than_the_former_one() -> None:
    clock = repair(16).opened("02-02 08:00").amended("02-03 14:00", SHORTER).clock()
    assert shown(clock.due_at) == "02-03 16:00"


def test_a_longer_target_counts_from_the_start() -> None:
    clock = repair(16).opened("02-02 08:00").amended("02-03 08:00", LONGER).clock()
    assert shown(clock.due_at) == "02-06 16:00"


def test_what_was_missed_or_held_before_stays_so() -> None:
    late = repair(4).opened("02-02 08:00").amended("02-03 08:00", LONGER).clock()
    assert (shown(late.due_at), late.verdict(local("02-03 09:00")), late.promise_key) == (
        "02-02 12:00",
        Verdict.MISSED,
        1,
    )
    done = repair(16).opened("02-02 08:00").resolved("02-02 12:00").amended("02-03 08:00", SHORTER).clock()
    assert (done.verdict(local("02-09 08:00")), done.promise_key) == (Verdict.HELD, 1)


def test_an_unchanged_promise_keeps_the_due_that_a_raise_had_brought_forward() -> None:
    usual, urgent = promise(hours=16, key=1), promise(hours=4, key=3)
    story = Story({("lift", "normal", BAILLEUR): [usual], ("lift", "urgent", BAILLEUR): [urgent]})
    story.opened("02-02 08:00")
    story.tell("02-02 10:00", FactKind("reprioritised"), priority="urgent", mode="raised")
    raised = story.clock()
    assert story.amended("02-02 12:00", story.promised).clock() == raised


def test_a_stage_that_the_amendment_drops_leaves_the_count_and_a_new_one_starts_then() -> None:
    story = Story({BAILLEUR: [promise(Stage.ACKNOWLEDGE, 8), promise(hours=40)]}).opened("02-02 08:00")
    story.amended("02-02 10:00", {BAILLEUR: [promise(Stage.MAKE_SAFE, 2, key=4), promise(hours=40)]})
    assert story.clock(Stage.ACKNOWLEDGE).verdict(local("02-20 08:00")) == Verdict.CANCELLED
    assert shown(story.clock(Stage.MAKE_SAFE).due_at) == "02-02 12:00"


def test_an_incident_outside_any_convention_is_promised_from_then_on() -> None:
    story = Story({}).opened("02-02 08:00").amended("02-03 08:00", SHORTER)
    assert (shown(story.clock().started_at), shown(story.clock().due_at)) == ("02-03 08:00", "02-03 12:00")


def test_a_paused_clock_is_under_the_new_terms_when_it_resumes() -> None:
    story = repair(16).opened("02-02 08:00").paused("02-02 10:00", PauseReason.LEGAL_NOTICE)
    story.amended("02-03 08:00", SHORTER).resumed("02-04 08:00")
    assert shown(story.clock().due_at) == "02-04 12:00"


@pytest.mark.parametrize("ending", ["resolved", "closed_unresolved", "merged"])
def test_an_incident_that_was_over_stays_under_its_own_version(ending: str) -> None:
    story = repair(16).opened("02-02 08:00")
    if ending == "resolved":
        story.resolved("02-02 12:00")
    else:
        story.tell("02-02 12:00", FactKind(ending))
    before = story.clocks()
    assert story.amended("02-03 08:00", {BAILLEUR: [promise(hours=4, key=2), promise(Stage.ATTEND, 1)]}).clocks() == (
        before
    )
    reopened = story.reopened("03-30 08:00").clocks()
    assert [clock.promise_key for clock in reopened if clock.cycle == 2] == ([1] if ending != "merged" else [])


def test_the_waiting_clock_of_who_handed_it_over_is_amended_too() -> None:
    story = Story({BAILLEUR: [promise(hours=16)], TOWN: [promise(hours=16, party=TOWN, key=9)]})
    story.opened("02-02 08:00").transferred("02-02 12:00", TOWN)
    story.amended("02-03 08:00", {**LONGER, TOWN: [promise(hours=16, party=TOWN, key=9)]})
    story.transferred("02-04 08:00", BAILLEUR)
    # 4 hours used on Monday, 36 left from Wednesday morning.
    assert (shown(story.clock().due_at), story.clock(party=TOWN).promise_key) == ("02-10 12:00", 9)


def test_a_stage_dropped_then_promised_anew_by_an_amendment_starts_that_day_late_for_nobody() -> None:
    story = categories_of_the_day().opened("02-02 08:00").tell("02-02 09:00", FactKind.REQUALIFIED, category="gate")
    story.amended("02-04 08:00", {BAILLEUR: [promise(Stage.ATTEND, 4, key=5), promise(hours=40, key=6)]})
    attend = story.clock(Stage.ATTEND)
    assert (shown(attend.started_at), shown(attend.due_at)) == ("02-04 08:00", "02-04 12:00")


def test_a_dropped_stage_that_was_reached_meanwhile_is_not_promised_anew() -> None:
    story = categories_of_the_day().opened("02-02 08:00").tell("02-02 09:00", FactKind.REQUALIFIED, category="gate")
    story.reached("02-02 10:00", Stage.ATTEND)
    story.amended("02-04 08:00", {BAILLEUR: [promise(Stage.ATTEND, 4, key=5), promise(hours=40, key=6)]})
    assert story.clock(Stage.ATTEND).verdict(local("02-20 08:00")) == Verdict.CANCELLED


def test_what_waits_with_the_sender_and_is_promised_no_more_is_cancelled() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 8), promise(hours=16)]})
    story.opened("02-02 08:00").transferred("02-02 12:00", TOWN).amended("02-03 08:00", LONGER)
    assert story.clock(Stage.ATTEND).verdict(local("02-20 08:00")) == Verdict.CANCELLED
    assert story.clock().verdict(local("02-20 08:00")) == Verdict.PENDING


def test_a_receipt_promised_by_an_amendment_is_owed_to_nobody_who_reported_before() -> None:
    story = repair(16).opened("02-02 08:00")
    story.amended("02-03 08:00", {BAILLEUR: [promise(Stage.RECEIPT, 24), promise(hours=16)]})
    assert [clock.stage for clock in story.clocks()] == [Stage.RESOLVE]


def categories_of_the_day() -> Story:
    """A lift is visited and repaired, a gate is only repaired."""
    return Story(
        {
            ("lift", "normal", BAILLEUR): [promise(Stage.ATTEND, 8), promise(hours=16)],
            ("gate", "normal", BAILLEUR): [promise(hours=40, key=3)],
        }
    )
