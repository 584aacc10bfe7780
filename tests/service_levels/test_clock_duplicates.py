"""The same problem reported twice, and what undoing the merging undoes."""

from gup.service_levels.clocks import earliest_report
from gup.service_levels.stages import FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise, repair, shown

NEXT_YEAR = local("2027-01-04 12:00")


def test_a_duplicate_leaves_the_denominator_but_not_with_what_it_had_missed() -> None:
    story = Story({BAILLEUR: [promise(Stage.ATTEND, 2), promise(Stage.RESOLVE, 16)]}).opened("02-05 10:00")
    story.tell("02-05 14:00", FactKind.MERGED)
    assert story.clock().verdict(NEXT_YEAR) == Verdict.CANCELLED
    assert story.clock(Stage.ATTEND).verdict(NEXT_YEAR) == Verdict.MISSED


def test_detached_it_runs_as_if_it_had_never_been_a_duplicate() -> None:
    story = repair(16).opened("02-05 10:00")
    alone = story.clocks()
    story.tell("02-05 14:00", FactKind.MERGED).tell("02-06 14:00", FactKind.UNMERGED)
    assert story.clocks() == alone
    assert shown(story.resolved("02-09 10:00").clock().stopped_at) == "02-09 10:00"


def test_a_due_that_passed_while_it_was_a_duplicate_is_missed_once_detached() -> None:
    story = repair(2).opened("02-05 10:00").tell("02-05 11:00", FactKind.MERGED)
    assert story.clock().verdict(NEXT_YEAR) == Verdict.CANCELLED
    story.tell("02-06 11:00", FactKind.UNMERGED)
    assert (story.clock().verdict(NEXT_YEAR), shown(story.clock().due_at)) == (Verdict.MISSED, "02-05 12:00")


def test_merging_ends_the_waits_of_the_duplicate_even_once_detached() -> None:
    story = repair(16).opened("02-05 10:00").paused("02-05 11:00", PauseReason.CYCLONE)
    story.tell("02-05 13:00", FactKind.MERGED).tell("02-05 15:00", FactKind.UNMERGED)
    assert (story.clock().paused_seconds, shown(story.clock().due_at)) == (2 * HOUR, "02-09 12:00")


def test_merged_again_after_being_detached_it_is_a_duplicate() -> None:
    story = repair(16).opened("02-05 10:00").tell("02-05 11:00", FactKind.MERGED)
    story.tell("02-05 12:00", FactKind.UNMERGED).tell("02-05 13:00", FactKind.MERGED)
    assert shown(story.clock().cancelled_at) == "02-05 13:00"


def test_the_master_starts_at_the_earliest_report_and_its_due_only_comes_earlier() -> None:
    story = repair(16).opened("02-05 10:00")
    earlier = story.tell("02-05 14:00", FactKind.ABSORBED, reported_at=local("02-04 14:00")).clock()
    assert (shown(earlier.started_at), shown(earlier.due_at)) == ("02-04 14:00", "02-06 14:00")
    later = story.tell("02-05 15:00", FactKind.ABSORBED, reported_at=local("02-05 12:00")).clock()
    assert (shown(later.started_at), shown(later.due_at)) == ("02-04 14:00", "02-06 14:00")


def test_releasing_a_duplicate_gives_the_master_its_own_start_back() -> None:
    story = repair(16).opened("02-05 10:00")
    alone = story.clocks()
    for report in ("02-03 14:00", "02-04 14:00"):
        story.tell("02-05 14:00", FactKind.ABSORBED, reported_at=local(report))
    story.tell("02-05 15:00", FactKind.RELEASED, reported_at=local("02-03 14:00"))
    assert shown(story.clock().started_at) == "02-04 14:00"
    assert story.tell("02-05 15:30", FactKind.RELEASED, reported_at=local("02-04 14:00")).clocks() == alone


def test_what_only_the_duplicate_had_made_late_is_late_no_more_once_released() -> None:
    story = repair(16).opened("02-05 10:00").tell("02-05 11:00", FactKind.ABSORBED, reported_at=local("02-02 08:00"))
    assert story.clock().verdict(local("02-05 12:00")) == Verdict.MISSED
    story.tell("02-06 10:00", FactKind.RELEASED, reported_at=local("02-02 08:00"))
    assert story.clock().verdict(local("02-06 10:00")) == Verdict.PENDING


def test_what_the_master_missed_by_itself_stays_missed_whatever_is_released() -> None:
    story = repair(2).opened("02-05 10:00").tell("02-05 11:00", FactKind.ABSORBED, reported_at=local("02-05 09:00"))
    story.tell("02-06 10:00", FactKind.RELEASED, reported_at=local("02-05 09:00"))
    assert (story.clock().verdict(NEXT_YEAR), shown(story.clock().due_at)) == (Verdict.MISSED, "02-05 12:00")


def test_a_master_already_repaired_does_not_move() -> None:
    story = repair(16).opened("02-05 10:00").resolved("02-06 10:00")
    repaired = story.clocks()
    assert story.tell("02-06 11:00", FactKind.ABSORBED, reported_at=local("02-02 08:00")).clocks() == repaired


def test_an_earlier_report_does_not_start_the_clock_of_who_received_the_incident_later() -> None:
    story = Story({BAILLEUR: [promise(hours=16)], TOWN: [promise(hours=16, party=TOWN)]}).opened("02-05 10:00")
    story.transferred("02-05 12:00", TOWN).tell("02-05 14:00", FactKind.ABSORBED, reported_at=local("02-04 14:00"))
    assert shown(story.clock(party=TOWN).started_at) == "02-05 12:00"
    assert shown(story.clock().started_at) == "02-04 14:00", "the sender's clock, which waits, is of the first report"


def test_an_earlier_report_does_not_start_a_new_cycle_before_it_began() -> None:
    story = repair(16).opened("02-02 08:00").resolved("02-02 10:00").reopened("03-02 08:00")
    story.tell("03-02 09:00", FactKind.ABSORBED, reported_at=local("02-27 08:00"))
    assert shown(story.clock(cycle=2).started_at) == "03-02 08:00"


def test_the_earliest_report_is_that_of_the_duplicates_still_held() -> None:
    story = repair(16).opened("02-05 10:00")
    for report in ("02-03 14:00", "02-04 14:00"):
        story.tell("02-05 14:00", FactKind.ABSORBED, reported_at=local(report))
    story.tell("02-05 15:00", FactKind.RELEASED, reported_at=local("02-03 14:00"))
    assert shown(earliest_report(story.facts)) == "02-04 14:00"
