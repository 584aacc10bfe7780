"""Walks: each score on its own scale, and the number of walks a year."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gup.conventions.models import Commitment
from gup.inspections.models import Walk
from gup.inspections.recording import record_walk
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.inspections.conftest import OCTOBER, Estate, at


def _walk(estate: Estate, commitment: Commitment, day: date, score: str) -> Walk:
    return record_walk(
        commitment,
        estate.residence,
        by=estate.people["manager"],
        at=datetime(day.year, day.month, day.day, 20, tzinfo=UTC),
        walked_on=day,
        score=score,
        walker="Le bailleur et l'association",
    )


@pytest.mark.parametrize(
    ("terms", "reached", "below", "gap"),
    [
        ({}, "70/100", "69,9", "\N{MINUS SIGN}0,1"),
        ({"scale": "0-4", "threshold_score": "3.0"}, "3", "2,5", "\N{MINUS SIGN}0,5"),
        ({"scale": "A-E", "threshold_score": "C"}, "C", "D", "\N{MINUS SIGN}1"),
    ],
)
def test_a_score_is_held_at_the_target_and_missed_just_below(
    estate: Estate, terms: dict[str, str], reached: str, below: str, gap: str
) -> None:
    walks = estate.quality(walks_per_year=None, **terms)
    _walk(estate, walks, date(2026, 9, 10), reached)
    assert (estate.line().rate, "atteint" in estate.line().measured) == (Rate(1, 0), True)
    _walk(estate, walks, date(2026, 9, 12), below)
    line = estate.line()
    assert (line.rate, line.verdict) == (Rate(1, 1), Verdict.MISSED)
    assert gap in line.parts[1].measured


def test_a_walk_counts_in_its_own_month(estate: Estate) -> None:
    walks = estate.quality(walks_per_year=None)
    _walk(estate, walks, date(2026, 9, 30), "80")
    assert (estate.line().rate, estate.line(OCTOBER).rate) == (Rate(1, 0), Rate())


def test_the_walks_of_a_year_are_told_each_month_and_judged_in_december(estate: Estate) -> None:
    walks = estate.quality(walks_per_year=2)
    _walk(estate, walks, date(2026, 3, 3), "80")
    october, december = estate.line(OCTOBER), date(2026, 12, 1)
    assert (october.parts[0].measured, october.parts[0].verdict) == ("1 faite", None)
    assert estate.line(december, at(20, month=12)).parts[-1].verdict == Verdict.PENDING
    assert estate.line(december, datetime(2027, 1, 2, tzinfo=UTC)).parts[-1].verdict == Verdict.MISSED
    _walk(estate, walks, date(2026, 12, 31), "80")
    assert estate.line(december, datetime(2027, 1, 2, tzinfo=UTC)).rate == Rate(2, 0)


def test_scales_never_mix(estate: Estate) -> None:
    """The convention changed its scale: what was scored on the former one is told, and not compared."""
    walks = estate.quality(walks_per_year=None)
    _walk(estate, walks, date(2026, 9, 10), "80")
    walks.scale, walks.threshold_score = "A-E", "C"
    walks.save(update_fields=["scale", "threshold_score"])
    (part,) = estate.line().parts
    assert (part.verdict, part.measured) == (None, "80/100 (autre échelle)")


def test_a_walk_recorded_later_is_not_seen_earlier(estate: Estate) -> None:
    walks = estate.quality(walks_per_year=None)
    walk = _walk(estate, walks, date(2026, 9, 30), "80")
    assert estate.line(as_of=walk.recorded_at - timedelta(seconds=1)).rate == Rate()
