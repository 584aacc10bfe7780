"""A priority or a category that changes while the clock runs."""

import pytest

from gup.service_levels.promises import Level, Promise
from gup.service_levels.stages import FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise, shown

ACCESS = PauseReason.ACCESS_REFUSED
NEXT_YEAR = local("2027-01-04 12:00")


def priorities(normal: int, urgent: int) -> Story:
    """Opened on Thursday at 10:00, a repair promised in so many hours for each priority."""
    return told({"normal": [promise(hours=normal, key=1)], "urgent": [promise(hours=urgent, key=2)]})


def told(by_priority: dict[str, list[Promise]]) -> Story:
    promised = {("lift", priority, BAILLEUR): promises for priority, promises in by_priority.items()}
    return Story(promised).opened("02-05 10:00")


def categories(**promises: list[Promise]) -> Story:
    promised = {(category, "normal", BAILLEUR): terms for category, terms in promises.items()}
    return Story(promised).opened("02-05 10:00")


def test_raised_the_due_is_the_earlier_of_the_old_and_a_fresh_target() -> None:
    sooner = priorities(24, 4).tell("02-05 14:00", FactKind.REPRIORITISED, priority="urgent", mode="raised").clock()
    assert (shown(sooner.due_at), sooner.promise_key, shown(sooner.started_at)) == ("02-06 10:00", 2, "02-05 10:00")
    no_later = priorities(8, 6).tell("02-06 08:00", FactKind.REPRIORITISED, priority="urgent", mode="raised").clock()
    assert (shown(no_later.due_at), no_later.promise_key) == ("02-06 10:00", 2)


@pytest.mark.parametrize("mode", ["corrected", "lowered"])
def test_corrected_or_lowered_counts_from_the_start(mode: str) -> None:
    story = priorities(4, 16).tell("02-05 13:00", FactKind.REPRIORITISED, priority="urgent", mode=mode)
    assert shown(story.clock().due_at) == "02-09 10:00"


def test_corrected_may_be_late_at_once() -> None:
    story = priorities(16, 2).tell("02-05 15:00", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
    assert (shown(story.clock().due_at), story.clock().verdict(local("02-05 15:01"))) == ("02-05 12:00", Verdict.MISSED)


def test_a_decided_clock_never_moves() -> None:
    held = priorities(16, 2).resolved("02-05 15:00")
    missed = priorities(2, 16)
    for story, verdict in ((held, Verdict.HELD), (missed, Verdict.MISSED)):
        story.tell("02-05 15:30", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
        clock = story.clock()
        assert (clock.verdict(NEXT_YEAR), clock.promise_key) == (verdict, 1)
        assert clock.lateness_seconds is None


def test_in_the_very_second_of_its_due_a_clock_is_still_undecided_and_moves() -> None:
    story = priorities(2, 16).tell("02-05 12:00", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
    assert shown(story.clock().due_at) == "02-09 10:00"


def test_raised_during_a_wait_the_fresh_target_waits_too() -> None:
    story = priorities(24, 4).paused("02-05 14:00", ACCESS)
    story.tell("02-05 15:00", FactKind.REPRIORITISED, priority="urgent", mode="raised")
    assert (story.clock().due_at, story.clock().remaining_seconds) == (None, 4 * HOUR)
    assert shown(story.resumed("02-06 09:00", ACCESS).clock().due_at) == "02-06 13:00"


def test_raised_to_terms_that_do_not_wait_the_clock_runs_again_and_keeps_its_past_pause() -> None:
    story = told({"normal": [promise(hours=6)], "urgent": [promise(hours=16, pausing=frozenset())]})
    story.paused("02-05 11:00", ACCESS)
    story.tell("02-05 13:00", FactKind.REPRIORITISED, priority="urgent", mode="raised")
    clock = story.clock()
    assert (shown(clock.due_at), clock.paused_seconds, clock.paused_since) == ("02-06 10:00", 2 * HOUR, None)


def test_corrected_to_terms_that_do_not_wait_the_pause_never_was() -> None:
    story = told({"normal": [promise(hours=16)], "urgent": [promise(hours=16, pausing=frozenset())]})
    story.paused("02-05 11:00", ACCESS).resumed("02-05 13:00", ACCESS)
    story.tell("02-05 14:00", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
    assert (shown(story.clock().due_at), story.clock().pauses) == ("02-09 10:00", ())


def test_corrected_to_terms_that_wait_the_pause_counts_from_its_start() -> None:
    story = told({"normal": [promise(hours=16, pausing=frozenset())], "urgent": [promise(hours=16)]})
    story.paused("02-05 11:00", ACCESS).resumed("02-05 13:00", ACCESS)
    story.tell("02-05 14:00", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
    assert (shown(story.clock().due_at), story.clock().paused_seconds) == ("02-09 12:00", 2 * HOUR)


def test_levels_follow_the_terms_whose_due_comes_first() -> None:
    levels = [Level(1, 50)]
    story = told({"normal": [promise(hours=24, levels=levels)], "urgent": [promise(hours=4, levels=levels)]})
    story.tell("02-05 12:00", FactKind.REPRIORITISED, priority="urgent", mode="raised")
    assert [shown(at) for _, at in story.clock().levels] == ["02-05 14:00"]


def test_another_category_counts_from_the_start_drops_what_it_does_not_promise_and_starts_what_is_new() -> None:
    story = categories(
        lift=[promise(Stage.MAKE_SAFE, 4), promise(Stage.RESOLVE, 16)],
        gate=[promise(Stage.ATTEND, 8), promise(Stage.RESOLVE, 24, key=7)],
    ).tell("02-05 13:00", FactKind.REQUALIFIED, category="gate")
    dropped, kept, new = story.clocks()
    assert (dropped.stage, dropped.verdict(NEXT_YEAR)) == (Stage.MAKE_SAFE, Verdict.CANCELLED)
    assert (kept.promise_key, shown(kept.started_at), shown(kept.due_at)) == (7, "02-05 10:00", "02-10 10:00")
    assert (new.stage, shown(new.started_at), shown(new.due_at)) == (Stage.ATTEND, "02-05 13:00", "02-06 13:00")


def test_a_stage_that_was_passed_already_is_not_promised_anew() -> None:
    story = categories(lift=[promise(Stage.RESOLVE, 16)], gate=[promise(Stage.ACKNOWLEDGE, 2), promise(hours=16)])
    story.reached("02-05 11:00", Stage.ATTEND).tell("02-05 13:00", FactKind.REQUALIFIED, category="gate")
    assert [clock.stage for clock in story.clocks()] == [Stage.RESOLVE]


def test_a_stage_missed_before_the_category_changed_stays_missed() -> None:
    story = categories(lift=[promise(Stage.ATTEND, 2), promise(hours=16)], gate=[promise(hours=16)])
    story.tell("02-05 13:00", FactKind.REQUALIFIED, category="gate")
    missed = story.clock(Stage.ATTEND)
    assert (missed.verdict(NEXT_YEAR), shown(missed.due_at)) == (Verdict.MISSED, "02-05 12:00")
    assert missed.cancelled_at is None, "what is late is still owed"
    assert story.reached("02-05 14:00", Stage.ATTEND).clock(Stage.ATTEND).lateness_seconds == 2 * HOUR


def test_back_in_its_first_category_an_incident_is_as_if_it_had_never_left_it() -> None:
    def lifts() -> Story:
        return categories(lift=[promise(Stage.ATTEND, 8), promise(hours=16)], gate=[promise(hours=16)])

    story = lifts().tell("02-05 11:00", FactKind.REQUALIFIED, category="gate").paused("02-05 12:00", ACCESS)
    story.resumed("02-05 13:00", ACCESS).tell("02-05 14:00", FactKind.REQUALIFIED, category="lift")
    never_left = lifts().paused("02-05 12:00", ACCESS).resumed("02-05 13:00", ACCESS)
    assert story.clocks() == never_left.clocks()


def test_a_stage_reached_while_it_was_not_promised_was_reached_then() -> None:
    story = categories(lift=[promise(Stage.ATTEND, 8), promise(hours=16)], gate=[promise(hours=16)])
    story.tell("02-05 11:00", FactKind.REQUALIFIED, category="gate").reached("02-05 12:00", Stage.ATTEND)
    story.tell("02-06 14:00", FactKind.REQUALIFIED, category="lift")
    attend = story.clock(Stage.ATTEND)
    assert (shown(attend.stopped_at), attend.verdict(NEXT_YEAR)) == ("02-05 12:00", Verdict.HELD)


def test_a_stage_dropped_then_promised_again_was_with_the_third_party_like_the_others() -> None:
    story = categories(lift=[promise(Stage.MAKE_SAFE, 8), promise(hours=16)], gate=[promise(hours=16)])
    story.tell("02-05 11:00", FactKind.REQUALIFIED, category="gate").transferred("02-05 12:00", TOWN)
    story.transferred("02-05 14:00", BAILLEUR).tell("02-05 15:00", FactKind.REQUALIFIED, category="lift")
    assert [shown(clock.due_at) for clock in story.clocks()] == ["02-06 12:00", "02-09 12:00"]


def test_a_priority_raised_that_promises_a_dropped_stage_again_counts_it_from_its_start() -> None:
    story = told({"normal": [promise(Stage.ATTEND, 8), promise(hours=16)], "urgent": [promise(hours=4)]})
    story.tell("02-05 11:00", FactKind.REPRIORITISED, priority="urgent", mode="raised")
    story.tell("02-05 12:00", FactKind.REPRIORITISED, priority="normal", mode="raised")
    assert shown(story.clock(Stage.ATTEND).due_at) == "02-06 10:00"
    assert shown(story.clock(Stage.RESOLVE).due_at) == "02-05 15:00", "what was raised once never comes later"


def test_a_repair_contested_is_promised_by_the_category_it_then_falls_in() -> None:
    story = categories(lift=[promise(Stage.ATTEND, 8)], gate=[promise(Stage.ATTEND, 8), promise(hours=16)])
    story.resolved("02-05 11:00").reopened("02-05 12:00").tell("02-05 13:00", FactKind.REQUALIFIED, category="gate")
    assert shown(story.clock(Stage.RESOLVE).started_at) == "02-05 13:00"
