"""A month small enough to be counted by hand: each rule that moves a clock between months."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.incidents.errors import NotAllowed, WrongTransition
from gup.incidents.models import Clock
from gup.reports.building import build_requested, rebuilt_differs
from gup.reports.cells import plain_cell
from gup.reports.french import percent
from gup.reports.models import SealedVerdict
from gup.reports.monthly import Stock, from_json, to_json
from gup.reports.publishing import publish
from gup.reports.review import Dimension, reviewed
from gup.service_levels.compliance import Rate
from tests.reports.town import BUILT, HOUR, OCTOBER, SEPTEMBER, Town, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def test_held_counts_in_the_month_of_its_stop_and_missed_in_the_month_of_its_due(town: Town) -> None:
    town.repaired(at(30), 20 * HOUR)  # stopped on 1 October: held in October
    town.repaired(at(29), 100 * HOUR)  # due on 30 September: missed in September, repaired in October
    assert town.figures(SEPTEMBER).total == Rate(held=0, missed=1)
    october = town.figures(OCTOBER, now=datetime(2026, 11, 2, tzinfo=UTC))
    assert october.total == Rate(held=1, missed=0)
    assert len(october.late_resolved) == 1


def test_the_month_ends_at_midnight_in_martinique(town: Town) -> None:
    # 3:30 UTC on 1 October is still 30 September in Le Lamentin.
    town.repaired(datetime(2026, 9, 30, 20, 0, tzinfo=UTC), timedelta(hours=7, minutes=30))
    assert town.figures(SEPTEMBER).total == Rate(1, 0)
    assert town.figures(OCTOBER, now=datetime(2026, 11, 2, tzinfo=UTC)).total == Rate(0, 0)


def test_a_clock_that_waits_at_the_month_s_end_is_stock(town: Town) -> None:
    waiting = town.opened(at(29))
    waiting.acknowledge(by=town.manager, at=at(29) + HOUR)
    waiting.hold(by=town.manager, at=at(29) + 2 * HOUR, reason="legal_notice", text="Mise en demeure.")
    figures = town.figures()
    assert figures.total == Rate(0, 0)
    assert figures.stock == Stock(start=0, opened=1, reopened=0, closed=0, end=1)


def test_an_excused_miss_leaves_the_arbitrated_rate_alone(town: Town) -> None:
    late = town.repaired(at(10), 30 * HOUR)
    clock = late.clocks.get()
    late.arbitrate(by=town.dsu, at=at(5, month=10), clock=clock, text="Route coupée.")
    (line,) = town.figures().stages
    assert (line.contractual, line.strict, line.arbitrated) == (Rate(0, 1), Rate(0, 1), Rate(0, 0))
    assert town.figures().missed[0].excuse == "Route coupée."
    # Before the arbitration was written, nothing was excused: the same instant gives the same figures for ever.
    assert town.figures(now=at(4, month=10)).stages[0].arbitrated == Rate(0, 1)


def test_the_strict_rate_is_what_people_lived(town: Town) -> None:
    incident = town.opened(at(10))
    incident.acknowledge(by=town.manager, at=at(10) + HOUR)
    incident.hold(by=town.manager, at=at(10) + 2 * HOUR, reason="legal_notice", text="Mise en demeure.")
    incident.resume(by=town.manager, at=at(10) + 50 * HOUR)
    incident.resolve(by=town.manager, at=at(10) + 60 * HOUR, text="Fait.")
    (line,) = town.figures().stages
    assert (line.contractual, line.strict) == (Rate(1, 0), Rate(0, 1))


def test_confidential_misses_are_counted_and_never_listed(town: Town) -> None:
    town.repaired(at(10), 30 * HOUR, is_confidential=True)
    figures = town.figures()
    assert (figures.total, figures.missed, figures.missed_confidential) == (Rate(0, 1), [], 1)


def test_the_stock_adds_up_and_a_wrong_one_cannot_be_made(town: Town) -> None:
    closed = town.repaired(at(3), 2 * HOUR)
    closed.confirm(by=town.tenants, at=at(4))
    town.opened(at(5, month=8))
    town.opened(at(6))
    closed.reopen(by=town.dsu, at=at(20), text="Revenu.")
    assert town.figures().stock == Stock(start=1, opened=2, reopened=1, closed=1, end=3)
    with pytest.raises(ValueError, match="ne tombe pas juste"):
        Stock(start=1, opened=1, reopened=0, closed=0, end=3)


def test_residences_quartiers_and_perimeters_sum_to_the_same(town: Town) -> None:
    for day in (3, 4, 5):
        town.repaired(at(day), day * 8 * HOUR)
    figures = town.figures()
    sums = {
        kind: (
            sum(place.opened for place in figures.places_of(kind)),
            sum(place.rate.held for place in figures.places_of(kind)),
            sum(place.rate.missed for place in figures.places_of(kind)),
            sum(place.backlog for place in figures.places_of(kind)),
        )
        for kind in ("residence", "quartier", "perimeter")
    }
    assert set(sums.values()) == {(3, figures.total.held, figures.total.missed, figures.stock.end)}


def test_the_page_counts_what_the_report_counts(town: Town) -> None:
    town.repaired(at(3), 10 * HOUR)
    town.repaired(at(4), 40 * HOUR)
    (row,) = reviewed(Clock.objects.all(), SEPTEMBER, timezone="America/Martinique", now=BUILT).by(Dimension.PARTY)
    (line,) = town.figures().stages
    assert (row.rates.contractual, row.rates.strict, row.rates.arbitrated) == (
        line.contractual,
        line.strict,
        line.arbitrated,
    )


def test_publishing_seals_once_and_what_comes_later_is_a_correction(town: Town) -> None:
    incident = town.repaired(at(28), 10 * HOUR)
    report = town.report()
    assert build_requested(BUILT) == 1
    report.refresh_from_db()
    assert rebuilt_differs(report) == []
    with pytest.raises(NotAllowed):
        publish(report, by=town.manager, at=BUILT)
    publish(report, by=town.dsu, at=BUILT)
    with pytest.raises(WrongTransition):
        publish(report, by=town.dsu, at=BUILT)
    assert list(SealedVerdict.objects.values_list("was_held", flat=True)) == [True]

    # Contested after the publication, within its window: September said "held", and no longer would.
    incident.contest(by=town.tenants, at=at(12, month=10), text="Revenu.")
    assert rebuilt_differs(report) == [], "a sealed month is rebuilt as it stood"
    october = town.figures(OCTOBER, now=datetime(2026, 11, 2, tzinfo=UTC))
    assert [(line.month, line.reference, line.change) for line in october.corrections] == [
        (SEPTEMBER, incident.ref, "\N{MINUS SIGN}1 tenu"),
        (SEPTEMBER, incident.ref, "+1 dépassé (strict)"),
    ]


def test_figures_survive_their_storage_to_the_last_digit(town: Town) -> None:
    town.repaired(at(3), 30 * HOUR)
    figures = town.figures()
    assert from_json(to_json(figures)) == figures


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-1", "@x", "\t=1", "  =1", "\uff1d1", "\u202f=1", "\n=1", "\u200b=1", "\ufeff@x"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell("Hall = entrée") == "Hall = entrée"


def test_a_rate_below_its_threshold_never_reads_as_having_reached_it() -> None:
    almost, reached = Rate(held=8997, missed=1003), Rate(held=9, missed=1)
    assert (percent(almost), almost.meets(90)) == ("89,9\u202f%", False)
    assert (percent(reached), reached.meets(90)) == ("90,0\u202f%", True)
    assert percent(Rate(held=2999, missed=1)) == "99,9\u202f%"


@given(st.text(max_size=8), st.sampled_from("=+-@"), st.text(max_size=8))
def test_no_cell_starts_with_a_sign_that_a_spreadsheet_runs(before: str, sign: str, after: str) -> None:
    cell = plain_cell(before + sign + after)
    assert cell.strip()[0] not in "=+-@"
    assert cell.lstrip("\u200b\ufeff\u2060")[0] not in "=+-@"
