"""Dated actions: held by the end of their day, missed after it, counted once."""

from datetime import UTC, date, datetime

import pytest

from gup.incidents.errors import InvalidInput, WrongTransition
from gup.inspections.models import Milestone
from gup.inspections.recording import record_milestone, withdraw
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.inspections.conftest import OCTOBER, SEPTEMBER, Estate, at

DUE = date(2026, 9, 30)


def _done(estate: Estate, day: date, when: datetime, note: str = "Signée en mairie.") -> Milestone:
    commitment = estate.version.commitments.get()
    return record_milestone(commitment, by=estate.people["manager"], at=when, done_on=day, note=note)


def test_an_action_done_on_its_day_is_held(estate: Estate) -> None:
    estate.milestone(DUE)
    _done(estate, DUE, at(2, month=10))
    assert (estate.line().rate, estate.line().measured) == (Rate(1, 0), "faite le 30 septembre 2026")


def test_an_action_done_a_day_late_is_missed_in_the_month_it_was_due(estate: Estate) -> None:
    estate.milestone(DUE)
    _done(estate, date(2026, 10, 1), at(2, month=10))
    assert estate.line(SEPTEMBER).rate == Rate(0, 1)
    october = estate.line(OCTOBER)
    assert (october.rate, october.measured) == (Rate(), "faite le 1er octobre 2026, hors délai, déjà comptée")


def test_an_action_undone_is_missed_once_its_local_day_has_passed(estate: Estate) -> None:
    estate.milestone(DUE)
    # 3:59 UTC on 1 October is still the 30th in Le Lamentin.
    assert estate.line(as_of=datetime(2026, 10, 1, 3, 59, tzinfo=UTC)).verdict == Verdict.PENDING
    assert estate.line(as_of=datetime(2026, 10, 1, 4, 0, tzinfo=UTC)).verdict == Verdict.MISSED
    assert (estate.line(OCTOBER).rate, estate.line(OCTOBER).measured) == (Rate(), "toujours pas faite, déjà comptée")


def test_an_action_done_early_counts_when_it_is_done(estate: Estate) -> None:
    estate.milestone(date(2026, 11, 15))
    assert (estate.line().rate, estate.line().measured) == (Rate(), "à venir")
    _done(estate, date(2026, 9, 20), at(20))
    assert estate.line().rate == Rate(1, 0)
    assert estate.month(OCTOBER).lines == ()


def test_an_action_is_recorded_once_and_again_after_a_withdrawal(estate: Estate) -> None:
    estate.milestone(DUE)
    first = _done(estate, date(2026, 9, 20), at(20))
    with pytest.raises(WrongTransition, match="déjà enregistrée"):
        _done(estate, date(2026, 9, 21), at(21))
    withdraw(first, by=estate.people["reviewer"], at=at(22), reason="Le document n'était pas signé.")
    again = _done(estate, date(2026, 9, 25), at(25))
    assert Milestone.objects.standing(at(30)).get() == again
    assert Milestone.objects.standing(at(21)).get() == first


def test_an_action_without_anything_that_shows_it_is_refused(estate: Estate) -> None:
    estate.milestone(DUE)
    with pytest.raises(InvalidInput) as refusal:
        _done(estate, date(2026, 9, 20), at(20), note=" \u200b ")
    assert refusal.value.field == "note"
