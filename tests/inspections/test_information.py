"""Receipts and first answers: the clocks that the delays page counts, shown beside the other kinds."""

from datetime import timedelta

from gup.conventions.enums import CommitmentKind, StageChoice
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.factories import CommitmentFactory, IncidentFactory
from tests.inspections.conftest import OCTOBER, Estate, at

HOUR = timedelta(hours=1)


def test_receipts_and_first_answers_are_counted_by_their_clocks(estate: Estate) -> None:
    for stage in (StageChoice.RECEIPT, StageChoice.ANSWER):
        CommitmentFactory(version=estate.version, kind=CommitmentKind.INFORMATION, stage=stage, target=48 * 3600)
    answered = IncidentFactory(residence=estate.residence, category=estate.lift_out, at=at(10))
    answered.comment(by=estate.people["agent"], at=at(10) + 5 * HOUR, text="Nous venons.")
    IncidentFactory(residence=estate.residence, category=estate.lift_out, at=at(28))  # answer due on the 30th
    IncidentFactory(residence=estate.residence, category=estate.lift_out, at=at(29))  # answer due on 1 October
    receipt, answer = estate.month().lines
    assert (receipt.rate, receipt.verdict) == (Rate(3, 0), Verdict.HELD)
    assert (answer.rate, answer.verdict) == (Rate(1, 1), Verdict.MISSED)
    assert (answer.due, answer.measured) == ("2 délais échus", "1 tenu")
    assert estate.month(OCTOBER).lines[1].rate == Rate(0, 1)
