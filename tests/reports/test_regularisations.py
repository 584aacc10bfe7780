"""A sealed month never changes: what is learnt later is told once, as ±1, in the report that learns of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gup.conventions.alerts import declare_alert, end_alert
from gup.incidents.models import Clock
from gup.reports.building import build_requested, rebuilt_differs
from gup.reports.models import Report, SealedVerdict
from gup.reports.publishing import publish
from tests.reports.town import BUILT, HOUR, NOVEMBER, OCTOBER, SEPTEMBER, Town, at

pytestmark = pytest.mark.django_db
MINUS = "\N{MINUS SIGN}1"


@pytest.fixture
def town() -> Town:
    return Town()


def _published(town: Town, month: date, on: datetime) -> Report:
    report = town.report(month)
    build_requested(on)
    publish(report, by=town.dsu, at=on)
    return report


def _told(town: Town, month: date, now: datetime) -> list[tuple[date, str]]:
    return [(line.month, line.change) for line in town.figures(month, now=now).corrections]


def test_a_change_is_told_by_the_report_that_learns_of_it_and_not_again(town: Town) -> None:
    """Held in September; contested after the seal, and repaired too late: September loses a held and gains a missed."""
    incident = town.repaired(at(28), 10 * HOUR)
    september = _published(town, SEPTEMBER, BUILT)
    incident.contest(by=town.tenants, at=at(12, month=10), text="Revenu.")
    incident.resolve(by=town.manager, at=at(20, month=10), text="Refait.")
    november = datetime(2026, 11, 8, tzinfo=UTC)
    # The fourteen hours left ran out on 13 October: the miss is October's own, and only the held is taken back.
    assert _told(town, OCTOBER, november) == [(SEPTEMBER, f"{MINUS} tenu")]
    assert town.figures(OCTOBER, now=november).total.missed == 1
    _published(town, OCTOBER, november)
    incident.confirm(by=town.tenants, at=november + HOUR)
    assert _told(town, NOVEMBER, datetime(2026, 12, 8, tzinfo=UTC)) == []
    assert rebuilt_differs(september) == []


def test_what_was_reported_before_the_seal_and_received_after_it_is_not_lost(town: Town) -> None:
    """A phone without network: reported on 28 September, received on 2 October, after September was published."""
    _published(town, SEPTEMBER, at(1, month=10))
    town.opened(at(2, month=10), reported_at=at(28))
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == [(SEPTEMBER, "+1 dépassé")]


def test_an_arbitration_after_the_seal_moves_the_arbitrated_rate_alone(town: Town) -> None:
    incident = town.repaired(at(20), 40 * HOUR)
    _published(town, SEPTEMBER, BUILT)
    incident.arbitrate(by=town.dsu, at=at(12, month=10), clock=Clock.objects.get(), text="Force majeure.")
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == [(SEPTEMBER, f"{MINUS} dépassé après arbitrage")]


def test_an_alert_recorded_after_the_seal_takes_a_miss_back(town: Town) -> None:
    """The cyclone of 29 September is declared on 3 October, two days after September was published."""
    town.repaired(at(29), 30 * HOUR)
    september = _published(town, SEPTEMBER, at(1, month=10))
    assert SealedVerdict.objects.get().was_held is False
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=at(29, 13), by=town.dsu, at=at(3, month=10))
    end_alert(alert, ended_at=at(29, 23), by=town.dsu, at=at(3, month=10) + HOUR)
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == [
        (SEPTEMBER, f"{MINUS} dépassé"),
        (SEPTEMBER, "+1 tenu"),
    ]
    assert rebuilt_differs(september) == []


def test_what_is_published_is_never_behind_a_decision_that_the_worker_has_not_folded_yet(town: Town) -> None:
    town.opened(at(29))
    declare_alert(perimeter=None, reason="Ouragan", started_at=at(29, 13), by=town.dsu, at=at(30))
    report = _published(town, SEPTEMBER, at(1, month=10))
    assert SealedVerdict.objects.count() == 0
    assert rebuilt_differs(report) == []


def test_nothing_is_told_before_a_month_is_sealed(town: Town) -> None:
    incident = town.repaired(at(28), 10 * HOUR)
    incident.contest(by=town.tenants, at=at(12, month=10), text="Revenu.")
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == []
    assert town.figures(SEPTEMBER, now=datetime(2026, 11, 8, tzinfo=UTC) + timedelta(days=1)).total.held == 0
