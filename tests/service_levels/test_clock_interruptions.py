"""One decision stops every clock of a perimeter, and ends once: a cyclone alert (rule 4)."""

import pytest

from gup.service_levels.stages import PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise, repair, shown


def test_an_alert_holds_the_due_away_until_it_ends() -> None:
    story = repair(8).opened("02-02 08:00").cyclone("02-02 10:00")
    clock = story.clock()
    assert (clock.due_at, clock.remaining_seconds, shown(clock.paused_since)) == (None, 6 * HOUR, "02-02 10:00")
    ended = repair(8).opened("02-02 08:00").cyclone("02-02 10:00", "02-04 08:00").clock()
    assert shown(ended.due_at) == "02-04 14:00"
    assert [(pause.reason, shown(pause.started_at), shown(pause.ended_at)) for pause in ended.pauses] == [
        (PauseReason.CYCLONE, "02-02 10:00", "02-04 08:00")
    ]


def test_what_is_reported_during_the_alert_starts_when_it_ends() -> None:
    clock = repair(8).opened("02-03 09:00").cyclone("02-02 10:00", "02-04 08:00").clock()
    assert (shown(clock.started_at), shown(clock.due_at)) == ("02-03 09:00", "02-04 16:00")


def test_a_promise_that_does_not_list_the_reason_runs_on() -> None:
    story = Story({BAILLEUR: [promise(Stage.ACKNOWLEDGE, 4), promise(Stage.MAKE_SAFE, 8)]})
    story.opened("02-02 08:00").cyclone("02-02 10:00", "02-04 08:00")
    assert shown(story.clock(Stage.ACKNOWLEDGE).due_at) == "02-02 12:00"
    assert shown(story.clock(Stage.MAKE_SAFE).due_at) == "02-04 14:00"


def test_what_was_missed_before_the_alert_stays_missed() -> None:
    clock = repair(1).opened("02-02 08:00").cyclone("02-02 10:00", "02-04 08:00").clock()
    assert (shown(clock.due_at), clock.verdict(local("02-02 09:01"))) == ("02-02 09:00", Verdict.MISSED)


def test_a_wait_and_an_alert_that_overlap_are_counted_once() -> None:
    story = repair(8).opened("02-02 08:00").cyclone("02-02 10:00", "02-03 12:00")
    story.paused("02-02 12:00", PauseReason.ACCESS_REFUSED).resumed("02-04 08:00")
    assert (shown(story.clock().due_at), story.clock().paused_seconds) == ("02-04 14:00", 14 * HOUR)


@pytest.mark.parametrize("ended", [None, "02-05 08:00"])
def test_neither_a_transfer_nor_a_contest_ends_an_alert(ended: str | None) -> None:
    """No party began it: what happens on the incident meanwhile leaves it open."""
    story = Story({BAILLEUR: [promise(hours=8)], TOWN: [promise(hours=8, party=TOWN)]}).opened("02-02 08:00")
    story.cyclone("02-02 10:00", ended).transferred("02-02 14:00", TOWN)
    expected = None if ended is None else "02-05 16:00"
    assert shown(story.clock(party=TOWN).due_at) == expected
    again = (
        repair(8).opened("02-02 08:00").cyclone("02-02 10:00", ended).resolved("02-03 09:00").reopened("02-03 10:00")
    )
    assert shown(again.clock().due_at) == (None if ended is None else "02-05 14:00")


def test_the_strict_reading_knows_no_alert() -> None:
    clock = repair(8).opened("02-02 08:00").cyclone("02-02 10:00", "02-04 08:00").clock()
    assert shown(clock.strict_due_at) == "02-02 16:00"
