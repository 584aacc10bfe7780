"""A duplicate of a duplicate: the first report of all is the one that counts, and only while it is held."""

from datetime import UTC, datetime, timedelta

import pytest

from gup.conventions.alerts import declare_alert, end_alert
from gup.incidents.models import Incident
from gup.incidents.projection import differences
from gup.incidents.recalculating import recalculate_due
from gup.partners.models import User
from gup.places.models import Residence
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def residence() -> Residence:
    """Repairs promised in 24 hours, day and night."""
    made: Residence = ResidenceFactory(bailleur=OrganisationFactory())
    signed_convention(made.managements.get().bailleur, [made.quartier])
    return made


@pytest.fixture
def dsu() -> User:
    user: User = UserFactory(reviewer=True)
    return user


def _reported(residence: Residence, hours: int, chain: int = 3) -> list[Incident]:
    """As many reports of one thing, so many hours apart, the first at NOW."""
    category, by = CategoryFactory(), UserFactory(association=True, residences=[residence])
    return [
        IncidentFactory(residence=residence, category=category, by=by, at=NOW + step * hours * HOUR)
        for step in range(chain)
    ]


def _starts(incident: Incident) -> datetime:
    return incident.clocks.get(stage="resolve").started_at


def _merge(duplicate: Incident, master: Incident, by: User, at: datetime) -> None:
    Incident.objects.get(pk=duplicate.pk).merge_into(Incident.objects.get(pk=master.pk), by=by, at=at)


def _unmerge(duplicate: Incident, by: User, at: datetime) -> None:
    Incident.objects.get(pk=duplicate.pk).unmerge(by=by, at=at)


def test_the_report_of_a_duplicates_duplicate_starts_the_masters_clock(residence: Residence, dsu: User) -> None:
    first, second, third = _reported(residence, 1)
    _merge(first, second, dsu, NOW + 3 * HOUR)
    _merge(second, third, dsu, NOW + 4 * HOUR)
    assert _starts(third) == NOW
    for incident in Incident.objects.all():
        assert differences(incident, NOW + 5 * HOUR) == []


def test_detached_from_the_middle_the_first_report_leaves_the_whole_chain(residence: Residence, dsu: User) -> None:
    first, second, third, last = _reported(residence, 1, chain=4)
    for hours, (duplicate, master) in enumerate(((first, second), (second, third), (third, last)), start=4):
        _merge(duplicate, master, dsu, NOW + hours * HOUR)
    assert _starts(last) == NOW
    _unmerge(first, dsu, NOW + 8 * HOUR)
    assert (_starts(last), _starts(first)) == (NOW + HOUR, NOW)
    _unmerge(third, dsu, NOW + 9 * HOUR)
    assert (_starts(third), _starts(last)) == (NOW + HOUR, NOW + 3 * HOUR)
    for incident in Incident.objects.all():
        assert differences(incident, NOW + 10 * HOUR) == []


def test_a_later_report_detached_from_the_middle_tells_the_master_nothing(residence: Residence, dsu: User) -> None:
    first, second, third = _reported(residence, 1)
    _merge(second, first, dsu, NOW + 3 * HOUR)
    _merge(first, third, dsu, NOW + 4 * HOUR)
    told = third.events.count()
    _unmerge(second, dsu, NOW + 5 * HOUR)
    assert (_starts(third), third.events.count()) == (NOW, told)


def test_an_alert_that_ended_before_the_master_was_reported_held_back_the_first_report(
    residence: Residence, dsu: User
) -> None:
    """Reported at noon, nothing could be done until 14 h, reported again at 20 h: those two hours are not counted."""
    first, second = _reported(residence, 8, chain=2)
    alert = declare_alert(perimeter=None, reason="Vigilance rouge", started_at=NOW, by=dsu, at=NOW + HOUR)
    end_alert(alert, ended_at=NOW + 2 * HOUR, by=dsu, at=NOW + 2 * HOUR)
    recalculate_due(NOW + 2 * HOUR)
    _merge(first, second, dsu, NOW + 9 * HOUR)
    assert second.clocks.get(stage="resolve").due_at == NOW + 26 * HOUR
