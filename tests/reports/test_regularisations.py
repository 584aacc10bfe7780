"""A sealed month never changes: what is learnt later is told once, as ±1, in the report that learns of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.amendments import activate
from gup.conventions.models import CycloneAlert
from gup.incidents.models import Clock, Incident
from gup.reports.building import build_requested, rebuilt_differs
from gup.reports.figures import monthly_figures
from gup.reports.models import Report, SealedVerdict
from gup.reports.publishing import publish
from gup.reports.render_csv import render_csv
from gup.reports.requesting import request_report
from tests.factories import CommitmentFactory, OrganisationFactory, UserFactory, VersionFactory
from tests.reports.town import BUILT, HOUR, NOVEMBER, OCTOBER, SEPTEMBER, Town, at

pytestmark = pytest.mark.django_db
NEXT_YEAR = datetime(2027, 1, 1, 12, tzinfo=UTC)
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
    # Without the pause between repair and contest, what people lived is a miss of September.
    assert _told(town, OCTOBER, november) == [(SEPTEMBER, f"{MINUS} tenu"), (SEPTEMBER, "+1 dépassé (strict)")]
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
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == [
        (SEPTEMBER, f"{MINUS} dépassé (après arbitrage)")
    ]


def test_an_alert_recorded_after_the_seal_takes_a_miss_back(town: Town) -> None:
    """The cyclone of 29 September is declared on 3 October, two days after September was published."""
    town.repaired(at(29), 30 * HOUR)
    september = _published(town, SEPTEMBER, at(1, month=10))
    assert SealedVerdict.objects.get().was_held is False
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=at(29, 13), by=town.dsu, at=at(3, month=10))
    end_alert(alert, ended_at=at(29, 23), by=town.dsu, at=at(3, month=10) + HOUR)
    assert _told(town, OCTOBER, datetime(2026, 11, 8, tzinfo=UTC)) == [
        (SEPTEMBER, f"{MINUS} dépassé (contractuel et après arbitrage)"),
        (SEPTEMBER, "+1 tenu (contractuel et après arbitrage)"),
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


def test_months_published_out_of_order_are_each_told_what_they_had_not_been(town: Town) -> None:
    """October is published before September: what came between the two is new to October alone."""
    for late in (town.repaired(at(10), 40 * HOUR), town.repaired(at(10, month=10), 40 * HOUR)):
        late.confirm(by=town.tenants, at=late.updated_at + HOUR)
    _published(town, OCTOBER, at(3, month=11))
    for late in Incident.objects.all():
        clock = Clock.objects.get(incident=late)
        late.arbitrate(by=town.dsu, at=at(4, month=11), clock=clock, text="Force majeure.")
    _published(town, SEPTEMBER, at(5, month=11))
    assert _told(town, NOVEMBER, at(8, month=12)) == [(OCTOBER, f"{MINUS} dépassé (après arbitrage)")]


def test_a_clock_that_moves_from_a_sealed_month_to_the_next_is_taken_from_one_and_given_to_the_other(
    town: Town,
) -> None:
    """Late on 30 September, repaired on 2 October. The alert of those days, which the base had lost, makes it held."""
    town.repaired(at(29), 70 * HOUR)
    _published(town, SEPTEMBER, at(1, month=10))
    _published(town, OCTOBER, at(1, month=11))
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=at(1, month=11), by=town.dsu, at=at(2, month=11))
    CycloneAlert.objects.filter(pk=alert.pk).update(
        started_at=at(29, 13),
        ended_at=at(2, 9, month=10),
        end_declared_at=at(2, month=11),
        end_declared_by=town.dsu,
    )
    assert _told(town, NOVEMBER, at(8, month=12)) == [
        (SEPTEMBER, f"{MINUS} dépassé (contractuel et après arbitrage)"),
        (OCTOBER, "+1 tenu (contractuel et après arbitrage)"),
    ]


def test_a_duplicate_detached_after_the_seal_is_late_itself_in_place_of_its_master(town: Town) -> None:
    """Reported on 29 September, then an hour before it was due: merged, the second was due on the 30th too."""
    first, second = town.opened(at(29)), town.opened(at(30, 11))
    first.merge_into(second, by=town.dsu, at=at(30, 11))
    _published(town, SEPTEMBER, at(1, 13, month=10))
    first.unmerge(by=town.dsu, at=at(5, month=10))
    told = town.figures(OCTOBER, now=at(8, month=11)).corrections
    assert {(line.month, line.reference, line.change) for line in told} == {
        (SEPTEMBER, second.ref, f"{MINUS} dépassé"),
        (SEPTEMBER, first.ref, "+1 dépassé"),
    }


def test_a_confidential_incident_is_counted_and_not_named(town: Town) -> None:
    _published(town, SEPTEMBER, at(1, month=10))
    town.opened(at(2, month=10), reported_at=at(28), is_confidential=True)
    figures = town.figures(OCTOBER, now=at(8, month=11))
    assert [(line.reference, line.change) for line in figures.corrections] == [("", "+1 dépassé")]
    assert "incident confidentiel" in render_csv(figures).decode()


def test_a_first_version_activated_after_the_seal_counts_what_was_closed_under_it(town: Town) -> None:
    """The annex is recorded in October and began in August: what the town repaired late, and closed, is learnt."""
    department = OrganisationFactory(city_service=True)
    incident = town.opened(at(10))
    incident.transfer(by=town.dsu, at=at(10, 13), to=department, text="Voirie.")
    incident.resolve(by=UserFactory(service=True, organisation=department), at=at(14), text="Fait.")
    incident.confirm(by=town.tenants, at=at(14, 13))
    commune = request_report(None, SEPTEMBER, by=None, at=NEXT_YEAR)
    build_requested(at(1, month=10))
    publish(commune, by=town.dsu, at=at(1, month=10))
    version = VersionFactory(
        project=True,
        convention__organisation=department,
        convention__is_annex=True,
        in_force_from=date(2026, 8, 1),
        quartiers=[town.residence.quartier],
    )
    CommitmentFactory(version=version, target=24 * 3600)
    activate(version, by=UserFactory(administrator=True), at=at(5, month=10))
    told = monthly_figures(request_report(None, OCTOBER, by=None, at=NEXT_YEAR), now=at(8, month=11)).corrections
    assert [(line.month, line.reference, line.change) for line in told] == [(SEPTEMBER, incident.ref, "+1 dépassé")]


def test_a_month_published_after_the_next_one_changes_nothing_of_what_that_one_said(town: Town) -> None:
    town.repaired(at(10), 40 * HOUR)
    october = _published(town, OCTOBER, at(3, month=11))
    _published(town, SEPTEMBER, at(5, month=11))
    assert rebuilt_differs(october) == []
    assert [point.month for point in town.figures(NOVEMBER, now=at(8, month=12)).history] == [SEPTEMBER, OCTOBER]
