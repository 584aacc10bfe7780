"""When a clock starts, when it is due, and what stops it."""

from typing import Any

import pytest

from gup.service_levels.calendars import ALWAYS_OPEN
from gup.service_levels.clock_state import ClockState
from gup.service_levels.clocks import fold
from gup.service_levels.facts import Fact
from gup.service_levels.promises import Level
from gup.service_levels.stages import STAGE_ORDER, Basis, FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, OFFICE, TOWN, Story, local, promise, repair, shown

NEXT_YEAR = local("2027-01-04 12:00")


def every_stage() -> Story:
    return Story({BAILLEUR: [promise(stage, hours=8) for stage in Stage]})


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ({"basis": Basis.WORKING_TIME, "hours": 16}, "02-09 10:00"),
        ({"basis": Basis.ELAPSED_TIME, "hours": 16}, "02-06 02:00"),
        ({"basis": Basis.WORKING_DAYS, "days": 2}, "02-09 16:00"),
        ({"basis": Basis.CALENDAR_DAYS, "days": 2}, "02-08 00:00"),
    ],
)
def test_each_way_of_counting_has_its_due(terms: dict[str, Any], due: str) -> None:
    clock = repair(**terms).opened("02-05 10:00").clock()
    assert (shown(clock.due_at), shown(clock.strict_due_at)) == (due, due)
    assert (clock.basis, clock.remaining_seconds, clock.paused_since) == (terms["basis"], None, None)


def test_a_clock_keeps_what_was_promised() -> None:
    clock = repair(hours=16, key=42).opened("02-05 10:00").clock()
    assert (clock.stage, clock.cycle, clock.party, clock.promise_key) == (Stage.RESOLVE, 1, BAILLEUR, 42)
    assert (clock.basis, clock.target, shown(clock.started_at)) == (Basis.WORKING_TIME, 16 * HOUR, "02-05 10:00")


def test_an_incident_that_nobody_promised_anything_for_has_no_clock() -> None:
    story = Story({}).opened("02-05 10:00").reached("02-05 11:00", Stage.ATTEND).resolved("02-06 10:00")
    assert story.reopened("02-09 10:00").clocks() == ()


def test_stopping_in_the_last_second_is_held_and_in_the_next_is_missed() -> None:
    on_time = repair(2).opened("02-05 10:00").resolved("02-05 12:00").clock()
    assert (on_time.verdict(NEXT_YEAR), on_time.decided_at(NEXT_YEAR)) == (Verdict.HELD, local("02-05 12:00"))
    assert on_time.lateness_seconds is None
    story = repair(2).opened("02-05 10:00")
    story.facts.append(Fact(local("02-05 12:00") + 1, 2, FactKind.STAGE_REACHED, stage=Stage.RESOLVE))
    late = story.clock()
    assert (late.verdict(NEXT_YEAR), late.decided_at(NEXT_YEAR)) == (Verdict.MISSED, local("02-05 12:00"))
    assert late.lateness_seconds == 1


def test_a_verdict_comes_with_time_and_needs_nothing_to_have_run() -> None:
    clock = repair(2).opened("02-05 10:00").clock()
    due = local("02-05 12:00")
    assert (clock.verdict(due), clock.decided_at(due)) == (Verdict.PENDING, None)
    assert (clock.verdict(due + 1), clock.decided_at(due + 1)) == (Verdict.MISSED, due)


def test_lateness_is_counted_in_opening_hours() -> None:
    clock = repair(2).opened("02-06 13:00").resolved("02-09 09:30").clock()
    assert clock.lateness_seconds == int(2.5 * HOUR)


@pytest.mark.parametrize("reached", STAGE_ORDER)
def test_a_later_stage_stops_the_earlier_ones_and_no_other(reached: Stage) -> None:
    story = every_stage().opened("02-05 10:00").reached("02-05 11:00", reached)
    stopped = {clock.stage for clock in story.clocks() if clock.stopped_at == local("02-05 11:00")}
    assert stopped == set(STAGE_ORDER[: STAGE_ORDER.index(reached) + 1])
    assert {clock.stage for clock in story.clocks() if clock.stopped_at is None} == set(Stage) - stopped


@pytest.mark.parametrize(("kind", "stage"), [(FactKind.RECEIPT_SENT, Stage.RECEIPT), (FactKind.ANSWERED, Stage.ANSWER)])
def test_a_receipt_and_an_answer_stop_their_own_clock_alone(kind: FactKind, stage: Stage) -> None:
    story = every_stage().opened("02-05 10:00").tell("02-05 10:00", kind)
    assert [clock.stage for clock in story.clocks() if clock.stopped_at is not None] == [stage]


def test_a_stage_reached_twice_was_reached_the_first_time() -> None:
    story = every_stage().opened("02-05 10:00").reached("02-05 11:00", Stage.ATTEND).resolved("02-06 10:00")
    story.resolved("02-06 15:00")
    assert shown(story.clock(Stage.ATTEND).stopped_at) == "02-05 11:00"
    assert shown(story.clock(Stage.RESOLVE).stopped_at) == "02-06 10:00"


@pytest.mark.parametrize("stage", [None, Stage.RECEIPT, Stage.ANSWER])
def test_a_fact_that_reaches_no_stage_of_the_work_is_refused(stage: Stage | None) -> None:
    story = every_stage().opened("02-05 10:00").tell("02-05 11:00", FactKind.STAGE_REACHED, stage=stage)
    with pytest.raises(ValueError, match="aucune étape"):
        story.clocks()


def test_closed_without_a_repair_cancels_what_is_undecided_and_nothing_else() -> None:
    story = Story({BAILLEUR: [promise(Stage.ACKNOWLEDGE, 1), promise(Stage.ATTEND, 2), promise(Stage.RESOLVE, 16)]})
    story.opened("02-05 10:00").reached("02-05 10:30", Stage.ACKNOWLEDGE)
    story.tell("02-06 10:00", FactKind.CLOSED_UNRESOLVED)
    verdicts = {clock.stage: clock.verdict(NEXT_YEAR) for clock in story.clocks()}
    assert verdicts == {
        Stage.ACKNOWLEDGE: Verdict.HELD,
        Stage.ATTEND: Verdict.MISSED,
        Stage.RESOLVE: Verdict.CANCELLED,
    }
    cancelled = story.clock()
    assert (cancelled.due_at, shown(cancelled.cancelled_at), cancelled.levels) == (None, "02-06 10:00", ())
    assert (cancelled.decided_at(NEXT_YEAR), cancelled.strict_verdict(NEXT_YEAR)) == (None, Verdict.CANCELLED)
    missed = story.clock(Stage.ATTEND)
    assert (shown(missed.due_at), shown(missed.cancelled_at)) == ("02-05 12:00", "02-06 10:00")


def test_cancelled_while_it_waited_it_was_missed_by_no_count() -> None:
    story = repair(2).opened("02-05 10:00").paused("02-05 11:00", PauseReason.CYCLONE)
    clock = story.tell("02-09 10:00", FactKind.CLOSED_UNRESOLVED).clock()
    assert shown(clock.strict_due_at) == "02-05 12:00"
    assert (clock.strict_verdict(NEXT_YEAR), clock.strict_decided_at(NEXT_YEAR)) == (Verdict.CANCELLED, None)


def test_excusing_a_missed_clock_marks_it_and_changes_no_verdict() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 2), promise(Stage.RESOLVE, 2)]}).opened("02-05 10:00")
    story.tell("02-09 10:00", FactKind.EXCUSED, stage=Stage.RESOLVE, cycle=1, party=BAILLEUR)
    assert (story.clock().excused, story.clock().verdict(NEXT_YEAR)) == (True, Verdict.MISSED)
    assert not story.clock(Stage.ATTEND).excused


LEVELS = (Level(1, 75), Level(2, 100), Level(3, 150), Level(4, None, -HOUR), Level(5, None, 2 * HOUR))


def levels_of(clock: ClockState) -> dict[int, str | None]:
    return {order: shown(at) for order, at in clock.levels}


def test_levels_come_at_shares_of_the_target_and_around_due_in_opening_hours() -> None:
    clock = repair(16, levels=LEVELS).opened("02-05 10:00").clock()
    assert levels_of(clock) == {
        1: "02-06 14:00",
        2: "02-09 10:00",
        3: "02-10 10:00",
        4: "02-09 09:00",
        5: "02-09 12:00",
    }
    assert dict(clock.levels)[2] == clock.due_at


def test_levels_of_a_target_in_days_share_the_hours_that_its_days_hold() -> None:
    clock = repair(basis=Basis.WORKING_DAYS, days=2, levels=LEVELS).opened("02-05 12:00").clock()
    assert levels_of(clock) == {
        1: "02-09 11:00",
        2: "02-09 16:00",
        3: "02-11 10:00",
        4: "02-09 15:00",
        5: "02-10 10:00",
    }


def test_no_level_comes_before_the_report() -> None:
    clock = repair(1, levels=[Level(1, None, -8 * HOUR)]).opened("02-05 10:00").clock()
    assert levels_of(clock) == {1: "02-05 10:00"}


def test_nothing_fires_while_paused_and_levels_move_with_the_pause() -> None:
    story = repair(16, levels=LEVELS).opened("02-05 10:00").paused("02-05 14:00", PauseReason.CYCLONE)
    assert story.clock().levels == ()
    story.resumed("02-06 14:00", PauseReason.CYCLONE)
    assert levels_of(story.clock()) == {
        1: "02-09 14:00",
        2: "02-10 10:00",
        3: "02-11 10:00",
        4: "02-10 09:00",
        5: "02-10 12:00",
    }


def test_a_missed_clock_that_still_runs_has_its_later_levels_and_a_stopped_one_has_none() -> None:
    story = repair(2, levels=LEVELS).opened("02-05 10:00").reached("02-06 10:00", Stage.ATTEND)
    assert levels_of(story.clock())[3] == "02-05 13:00"
    assert story.resolved("02-06 11:00").clock().levels == ()


def test_facts_of_one_second_are_stop_cancel_pause_resume_retarget_start() -> None:
    """Rule 16, then the number of the fact; only the opening comes before all."""
    closed = repair(2).opened("02-05 10:00").tell("02-05 11:00", FactKind.CLOSED_UNRESOLVED).resolved("02-05 11:00")
    assert closed.clock().verdict(NEXT_YEAR) == Verdict.HELD
    paused = repair(2).opened("02-05 10:00").resumed("02-05 11:00").paused("02-05 11:00", PauseReason.CYCLONE)
    assert paused.clock().pauses == (), "the pause comes first, and ends at once"
    corrected = Story(
        {("lift", urgency, BAILLEUR): [promise(key=key)] for key, urgency in enumerate(("normal", "urgent"))}
    )
    corrected.opened("02-05 10:00").tell("02-05 11:00", FactKind.REPRIORITISED, priority="urgent", mode="corrected")
    assert corrected.resolved("02-05 11:00").clock().promise_key == 0, "stopped before its terms change"
    handed_over = Story({party: [promise(party=party)] for party in (BAILLEUR, TOWN)}).opened("02-05 10:00")
    handed_over.transferred("02-05 11:00", TOWN).resolved("02-05 11:00")
    assert handed_over.clock(party=BAILLEUR).verdict(NEXT_YEAR) == Verdict.HELD, "the sender repaired it"
    at_once = repair(2).resolved("02-05 10:00").opened("02-05 10:00")
    assert at_once.clock().verdict(NEXT_YEAR) == Verdict.HELD


def test_the_order_in_which_facts_are_given_does_not_matter() -> None:
    story = every_stage().opened("02-05 10:00").paused("02-05 11:00", PauseReason.CYCLONE)
    story.resumed("02-05 12:00").reached("02-05 13:00", Stage.ATTEND).resolved("02-06 10:00").reopened("02-06 12:00")
    assert fold(reversed(story.facts), story.promises_for) == story.clocks()


def test_round_the_clock_a_target_is_plain_seconds() -> None:
    clock = repair(5, calendar=ALWAYS_OPEN("America/Martinique")).opened("02-07 23:30").clock()
    assert clock.due_at == clock.started_at + 5 * HOUR
    assert OFFICE.elapsed(clock.started_at, clock.due_at) == 0
