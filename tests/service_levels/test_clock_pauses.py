"""What suspends a clock, and what a suspension never does."""

from typing import Any

import pytest

from gup.service_levels.stages import DEFAULT_PAUSING, STAGE_ORDER, Basis, FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, Story, local, promise, repair, shown

ACCESS, CYCLONE, PARTS, INFO = (
    PauseReason.ACCESS_REFUSED,
    PauseReason.CYCLONE,
    PauseReason.PARTS,
    PauseReason.INFO_REQUESTED,
)
NEXT_YEAR = local("2027-01-04 12:00")


def test_reasons_pause_the_stages_that_conventions_let_them_pause() -> None:
    by_default = {stage: sorted(DEFAULT_PAUSING[stage]) for stage in STAGE_ORDER}
    assert by_default == {
        Stage.ACKNOWLEDGE: [],
        Stage.ATTEND: [],
        Stage.MAKE_SAFE: ["access_refused", "cyclone"],
        Stage.RESOLVE: ["access_refused", "cyclone", "info_requested", "legal_notice", "third_party"],
    }


def test_while_paused_there_is_no_due_and_what_remains_is_kept() -> None:
    clock = repair(16).opened("02-05 10:00").paused("02-05 14:00", ACCESS).clock()
    assert (clock.due_at, shown(clock.paused_since), clock.remaining_seconds) == (None, "02-05 14:00", 12 * HOUR)
    assert clock.verdict(NEXT_YEAR) == Verdict.PENDING
    assert shown(clock.strict_due_at) == "02-09 10:00"
    assert clock.strict_verdict(NEXT_YEAR) == Verdict.MISSED
    assert clock.strict_decided_at(NEXT_YEAR) == clock.strict_due_at
    assert [(pause.reason, shown(pause.started_at), pause.ended_at) for pause in clock.pauses] == [
        (ACCESS, "02-05 14:00", None)
    ]


def test_on_resume_what_remained_counts_from_there() -> None:
    clock = repair(16).opened("02-05 10:00").paused("02-05 14:00", ACCESS).resumed("02-11 15:00", ACCESS).clock()
    assert (shown(clock.due_at), clock.remaining_seconds, clock.paused_since) == ("02-13 11:00", None, None)
    assert clock.paused_seconds == (2 + 8 + 8 + 8 + 7) * HOUR, "only opening hours"


def test_a_pause_at_night_moves_nothing() -> None:
    clock = repair(16).opened("02-05 10:00").paused("02-05 17:00", ACCESS).resumed("02-06 07:00", ACCESS).clock()
    assert (shown(clock.due_at), clock.paused_seconds) == ("02-09 10:00", 0)


@pytest.mark.parametrize(
    ("terms", "due", "hours_paused"),
    [
        ({"basis": Basis.WORKING_TIME, "hours": 16}, "02-09 16:00", 6),
        ({"basis": Basis.WORKING_DAYS, "days": 2}, "02-10 14:00", 6),
        ({"basis": Basis.CALENDAR_DAYS, "days": 2}, "02-08 22:00", 22),
        ({"basis": Basis.ELAPSED_TIME, "hours": 24}, "02-07 08:00", 22),
    ],
)
def test_a_pause_is_measured_as_its_clock_counts(terms: dict[str, Any], due: str, hours_paused: int) -> None:
    """From Thursday 14:00 to Friday 12:00: 6 hours of opening, 22 hours on the wall."""
    story = repair(**terms).opened("02-05 10:00")
    clock = story.paused("02-05 14:00", ACCESS).resumed("02-06 12:00", ACCESS).clock()
    assert (shown(clock.due_at), clock.paused_seconds) == (due, hours_paused * HOUR)


def test_pauses_that_overlap_count_once() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 12:00", ACCESS).paused("02-05 13:00", CYCLONE)
    story.resumed("02-05 14:00", ACCESS)
    still = story.clock()
    assert (still.due_at, shown(still.paused_since), still.remaining_seconds) == (None, "02-05 12:00", 14 * HOUR)
    clock = story.resumed("02-05 15:00", CYCLONE).clock()
    assert (clock.paused_seconds, shown(clock.due_at)) == (3 * HOUR, "02-09 13:00")


def test_a_reason_that_a_promise_does_not_list_leaves_its_clock_running() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 4), promise(Stage.RESOLVE, 16)]})
    story.opened("02-05 10:00").paused("02-05 11:00", ACCESS).paused("02-05 11:00", PARTS)
    attend = story.clock(Stage.ATTEND)
    assert (shown(attend.due_at), attend.paused_since, attend.pauses) == ("02-05 14:00", None, ())
    assert [pause.reason for pause in story.clock().pauses] == [ACCESS], "parts awaited do not stop it"


def test_parts_awaited_stop_a_clock_whose_convention_says_so() -> None:
    story = repair(16, pausing=frozenset({PARTS})).opened("02-05 10:00").paused("02-05 11:00", PARTS)
    assert story.clock().due_at is None


def test_ending_one_wait_leaves_the_others_and_ending_all_leaves_none() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 11:00", ACCESS).paused("02-05 11:00", CYCLONE)
    assert story.resumed("02-05 12:00", CYCLONE).clock().due_at is None
    assert story.resumed("02-05 13:00").clock().paused_since is None


def test_the_same_wait_told_twice_is_one() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 11:00", ACCESS).paused("02-05 12:00", ACCESS)
    assert shown(story.resumed("02-05 13:00", ACCESS).clock().due_at) == "02-09 12:00"


def test_a_wait_without_a_reason_is_refused() -> None:
    story = repair(16).opened("02-05 10:00")
    with pytest.raises(ValueError, match="motif"):
        story.paused("02-05 11:00", None).clocks()  # type: ignore[arg-type]


def test_waiting_for_the_reporter_lasts_five_working_days_at_most() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 14:00", INFO)
    unanswered = story.clock()
    assert (shown(unanswered.due_at), unanswered.paused_since) == ("02-16 12:00", None), "until Thursday 12th at 16:00"
    assert [(shown(pause.started_at), shown(pause.ended_at)) for pause in unanswered.pauses] == [
        ("02-05 14:00", "02-12 16:00")
    ]
    answered_late = story.resumed("02-20 10:00", INFO).clock()
    assert answered_late.due_at == unanswered.due_at


def test_an_answer_of_the_reporter_ends_the_wait_at_once() -> None:
    clock = repair(16).opened("02-05 10:00").paused("02-05 14:00", INFO).resumed("02-06 09:00", INFO).clock()
    assert shown(clock.due_at) == "02-09 13:00"


def test_another_wait_open_during_the_five_days_keeps_the_clock_still_since_the_first() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 14:00", INFO).paused("02-06 10:00", ACCESS)
    clock = story.clock()
    assert (clock.due_at, shown(clock.paused_since), clock.remaining_seconds) == (None, "02-05 14:00", 12 * HOUR)


def test_repairing_straight_from_a_pause_first_ends_it() -> None:
    clock = repair(16).opened("02-05 10:00").paused("02-05 14:00", ACCESS).resolved("02-23 10:00").clock()
    assert clock.verdict(NEXT_YEAR) == Verdict.HELD
    assert (shown(clock.due_at), clock.paused_since) == ("02-24 14:00", None)
    assert [shown(pause.ended_at) for pause in clock.pauses] == ["02-23 10:00"]
    assert clock.strict_verdict(NEXT_YEAR) == Verdict.MISSED


def test_a_missed_clock_stays_missed_and_its_later_pause_only_shortens_the_lateness() -> None:
    story = repair(2).opened("02-05 10:00").paused("02-05 14:00", ACCESS)
    waiting = story.clock()
    assert (shown(waiting.due_at), waiting.remaining_seconds) == ("02-05 12:00", None)
    assert waiting.verdict(NEXT_YEAR) == Verdict.MISSED
    assert (shown(waiting.paused_since), waiting.levels) == ("02-05 14:00", ())
    clock = story.resumed("02-06 10:00", ACCESS).resolved("02-06 11:00").clock()
    assert (shown(clock.due_at), clock.lateness_seconds) == ("02-05 12:00", 3 * HOUR)


def test_a_pause_that_starts_as_time_runs_out_comes_too_late() -> None:
    """Time ran out at 12:00: a wait from that very second does not hold the due away, during it as after it."""
    story = repair(2).opened("02-05 10:00").paused("02-05 12:00", ACCESS)
    during = story.clock()
    assert (shown(during.due_at), during.verdict(local("02-05 12:01"))) == ("02-05 12:00", Verdict.MISSED)
    assert shown(story.resumed("02-06 12:00", ACCESS).clock().due_at) == "02-05 12:00"


def test_a_clock_that_starts_during_a_wait_is_paused_from_its_start() -> None:
    story = Story({("lift", "normal", 1): [promise(Stage.ATTEND, 4)], ("gate", "normal", 1): [promise(hours=16)]})
    story.opened("02-05 10:00").paused("02-05 11:00", CYCLONE)
    story.tell("02-05 14:00", FactKind.REQUALIFIED, category="gate")
    clock = story.clock()
    assert (shown(clock.started_at), shown(clock.paused_since), clock.remaining_seconds) == (
        "02-05 14:00",
        "02-05 14:00",
        16 * HOUR,
    )
    assert shown(story.resumed("02-06 08:00", CYCLONE).clock().due_at) == "02-09 16:00"
