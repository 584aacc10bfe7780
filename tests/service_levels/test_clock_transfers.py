"""Handed over to the party whose competence it is."""

from gup.service_levels.stages import FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise, shown

NEXT_YEAR = local("2027-01-04 12:00")


def both() -> Story:
    """The bailleur and the town each promised a first contact, a visit and a repair."""
    hours = {Stage.ACKNOWLEDGE: 2, Stage.ATTEND: 8, Stage.RESOLVE: 16}
    promised = {
        party: [promise(stage, target, party=party) for stage, target in hours.items()] for party in (BAILLEUR, TOWN)
    }
    return Story(promised).opened("02-05 10:00")


def test_handing_over_is_a_first_contact_and_the_senders_other_clocks_wait_whatever_their_list() -> None:
    story = both().transferred("02-05 11:00", TOWN)
    first = story.clock(Stage.ACKNOWLEDGE)
    assert (first.verdict(NEXT_YEAR), shown(first.stopped_at)) == (Verdict.HELD, "02-05 11:00")
    for stage, left in ((Stage.ATTEND, 7 * HOUR), (Stage.RESOLVE, 15 * HOUR)):
        clock = story.clock(stage)
        assert (clock.due_at, shown(clock.paused_since), clock.remaining_seconds) == (None, "02-05 11:00", left)
        assert [pause.reason for pause in clock.pauses] == [PauseReason.THIRD_PARTY]


def test_the_receivers_clocks_start_at_the_hand_over_with_their_full_target() -> None:
    story = both().transferred("02-05 11:00", TOWN)
    received = [clock for clock in story.clocks() if clock.party == TOWN]
    assert [(clock.stage, shown(clock.started_at), shown(clock.due_at)) for clock in received] == [
        (Stage.ACKNOWLEDGE, "02-05 11:00", "02-05 13:00"),
        (Stage.ATTEND, "02-05 11:00", "02-06 11:00"),
        (Stage.RESOLVE, "02-05 11:00", "02-09 11:00"),
    ]


def test_a_first_contact_that_came_too_late_is_missed_all_the_same() -> None:
    assert both().transferred("02-05 15:00", TOWN).clock(Stage.ACKNOWLEDGE).verdict(NEXT_YEAR) == Verdict.MISSED


def test_coming_back_resumes_what_waited_and_starts_nothing_twice() -> None:
    story = both().transferred("02-05 11:00", TOWN).transferred("02-06 11:00", BAILLEUR)
    assert len(story.clocks()) == 6
    assert shown(story.clock(Stage.RESOLVE).due_at) == "02-10 10:00"
    assert story.clock(Stage.RESOLVE, party=TOWN).due_at is None
    story.transferred("02-06 12:00", TOWN)
    assert shown(story.clock(Stage.RESOLVE, party=TOWN).due_at) == "02-09 12:00"


def test_only_the_party_in_charge_stops_its_clocks() -> None:
    story = both().transferred("02-05 11:00", TOWN).reached("02-05 12:00", Stage.ATTEND)
    assert story.clock(Stage.ATTEND).stopped_at is None
    assert shown(story.clock(Stage.ATTEND, party=TOWN).stopped_at) == "02-05 12:00"


def test_repaired_by_the_receiver_what_the_sender_still_had_waiting_is_cancelled() -> None:
    story = both().transferred("02-05 11:00", TOWN).resolved("02-06 10:00")
    assert story.clock(Stage.RESOLVE, party=TOWN).verdict(NEXT_YEAR) == Verdict.HELD
    assert story.clock(Stage.RESOLVE).verdict(NEXT_YEAR) == Verdict.CANCELLED
    assert story.clock(Stage.ATTEND).verdict(NEXT_YEAR) == Verdict.CANCELLED


def test_what_the_sender_had_missed_before_handing_over_stays_missed() -> None:
    story = both().transferred("02-06 12:00", TOWN).resolved("02-06 13:00")
    missed = story.clock(Stage.ATTEND)
    assert (missed.verdict(NEXT_YEAR), shown(missed.due_at)) == (Verdict.MISSED, "02-06 10:00")
    assert story.clock(Stage.RESOLVE).verdict(NEXT_YEAR) == Verdict.CANCELLED


def test_a_wait_of_the_sender_ends_as_it_hands_over() -> None:
    story = both().paused("02-05 11:00", PauseReason.CYCLONE).transferred("02-05 13:00", TOWN)
    story.transferred("02-05 15:00", BAILLEUR)
    assert (story.clock().paused_seconds, shown(story.clock().due_at)) == (4 * HOUR, "02-09 14:00")


def test_a_party_that_promised_nothing_has_no_clock_and_the_senders_still_wait() -> None:
    story = Story({BAILLEUR: [promise(hours=16)]}).opened("02-05 10:00").transferred("02-05 11:00", TOWN)
    (clock,) = story.clocks()
    assert clock.remaining_seconds == 15 * HOUR


def changing() -> Story:
    """A lift is repaired in 16 hours, a gate visited in 8 and repaired in 40; the town repairs either in 16."""
    town = [promise(hours=16, party=TOWN, key=9)]
    return Story(
        {
            ("lift", "normal", BAILLEUR): [promise(hours=16, key=1)],
            ("gate", "normal", BAILLEUR): [promise(Stage.ATTEND, 8, key=2), promise(hours=40, key=3)],
            ("lift", "urgent", BAILLEUR): [promise(hours=4, key=4)],
            TOWN: town,
        }
    ).opened("02-02 08:00")


def test_what_comes_back_in_another_category_is_owed_what_that_one_promises() -> None:
    story = changing().transferred("02-02 10:00", TOWN).tell("02-02 12:00", FactKind.REQUALIFIED, category="gate")
    assert {clock.stage for clock in story.clocks() if clock.party == BAILLEUR} == {Stage.RESOLVE}
    story.transferred("02-03 10:00", BAILLEUR)
    repair, visit = story.clock(), story.clock(Stage.ATTEND)
    # 2 of the 40 hours were used before the hand-over; the visit starts with the return.
    assert (repair.promise_key, shown(repair.due_at)) == (3, "02-09 16:00")
    assert (shown(visit.started_at), shown(visit.due_at)) == ("02-03 10:00", "02-04 10:00")


def test_a_priority_raised_at_the_third_partys_counts_from_then_for_whom_it_comes_back_to() -> None:
    story = changing().transferred("02-02 10:00", TOWN)
    story.tell("02-02 12:00", FactKind.REPRIORITISED, priority="urgent", mode="raised").transferred(
        "02-03 08:00", BAILLEUR
    )
    assert (story.clock().promise_key, shown(story.clock().due_at)) == (4, "02-03 12:00")


def test_a_receipt_is_not_owed_again_by_a_category_that_promises_one() -> None:
    story = Story({("lift", "normal", BAILLEUR): [], ("gate", "normal", BAILLEUR): [promise(Stage.RECEIPT, 24)]})
    story.opened("02-02 08:00").tell("02-02 09:00", FactKind.REQUALIFIED, category="gate")
    assert story.clocks() == ()
