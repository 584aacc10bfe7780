"""Cyclone mode: one decision suspends every open clock of a perimeter, and ends once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.models import CycloneAlert, Recalculation
from gup.escalations.escalate import escalate_due
from gup.incidents.models import Incident
from gup.incidents.projection import differences
from gup.incidents.recalculating import recalculate_due
from gup.partners.models import User
from tests.factories import (
    IncidentFactory,
    OrganisationFactory,
    PerimeterFactory,
    QuartierFactory,
    ResidenceFactory,
    UserFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def dsu() -> User:
    user: User = UserFactory(reviewer=True)
    return user


def _incident(at: datetime = NOW) -> Incident:
    """In its own perimeter: first contact promised in 4 hours, repair in 24; only the repair waits for a cyclone."""
    perimeter = PerimeterFactory(slug=f"perimetre-{Incident.objects.count()}")
    residence = ResidenceFactory(bailleur=OrganisationFactory(), quartier=QuartierFactory(perimeter=perimeter))
    signed_convention(residence.managements.get().bailleur, [residence.quartier])
    made: Incident = IncidentFactory(residence=residence, at=at)
    return made


def _due(incident: Incident, stage: str = "resolve") -> datetime | None:
    return incident.clocks.get(stage=stage).due_at


def test_one_decision_suspends_the_perimeter_and_its_end_resumes_it(dsu: User) -> None:
    here, elsewhere = _incident(), _incident()
    perimeter = here.residence.quartier.perimeter
    alert = declare_alert(
        perimeter=perimeter, reason="Vigilance violette", started_at=NOW + HOUR, by=dsu, at=NOW + 2 * HOUR
    )
    assert recalculate_due(NOW + 2 * HOUR) == 1
    assert (_due(here), _due(here, "acknowledge"), _due(elsewhere)) == (None, NOW + 4 * HOUR, NOW + 24 * HOUR)
    end_alert(alert, ended_at=NOW + 11 * HOUR, by=dsu, at=NOW + 12 * HOUR)
    recalculate_due(NOW + 12 * HOUR)
    assert _due(here) == NOW + 34 * HOUR
    assert differences(here, NOW + 12 * HOUR) == []


def test_the_whole_commune_where_no_perimeter_is_named(dsu: User) -> None:
    one, other = _incident(), _incident()
    declare_alert(perimeter=None, reason="Ouragan", started_at=NOW + HOUR, by=dsu, at=NOW + HOUR)
    recalculate_due(NOW + HOUR)
    assert (_due(one), _due(other)) == (None, None)


def test_what_is_reported_during_the_alert_waits_from_the_first_second(dsu: User) -> None:
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=NOW - HOUR, by=dsu, at=NOW - HOUR)
    incident = _incident()
    assert _due(incident) is None
    end_alert(alert, ended_at=NOW + HOUR, by=dsu, at=NOW + HOUR)
    recalculate_due(NOW + HOUR)
    assert _due(incident) == NOW + 25 * HOUR


def test_nothing_escalates_meanwhile_even_before_the_worker_came_by(dsu: User) -> None:
    incident = _incident()
    incident.acknowledge(by=UserFactory(agent=True, organisation=incident.responsible), at=NOW + timedelta(minutes=1))
    declare_alert(perimeter=None, reason="Ouragan", started_at=NOW + HOUR, by=dsu, at=NOW + HOUR)
    assert escalate_due(NOW + 23 * HOUR) == 0
    assert incident.clocks.filter(next_action_at__isnull=False).count() == 0


def test_a_repair_announced_before_the_worker_came_by_is_counted_with_the_alert(dsu: User) -> None:
    """Declared once people are safe: the incident that was repaired meanwhile was suspended all the same."""
    incident = _incident()
    agent = UserFactory(agent=True, organisation=incident.responsible)
    tenant = UserFactory(association=True, residences=[incident.residence])
    incident.resolve(by=agent, at=NOW + 26 * HOUR, text="Remis en marche.")
    incident.confirm(by=tenant, at=NOW + 26 * HOUR)
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=NOW + 2 * HOUR, by=dsu, at=NOW + 27 * HOUR)
    assert recalculate_due(NOW + 27 * HOUR) == 1
    assert differences(incident, NOW + 27 * HOUR) == []
    end_alert(alert, ended_at=NOW + 12 * HOUR, by=dsu, at=NOW + 28 * HOUR)
    recalculate_due(NOW + 28 * HOUR)
    assert _due(incident) == NOW + 34 * HOUR
    assert differences(incident, NOW + 28 * HOUR) == []


def test_as_of_a_day_only_what_was_known_that_day_bears(dsu: User) -> None:
    incident = _incident()
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=NOW + HOUR, by=dsu, at=NOW + timedelta(days=2))
    assert differences(incident, NOW + timedelta(days=1)) == []
    assert differences(incident, NOW + timedelta(days=2)) != []
    end_alert(alert, ended_at=NOW + 2 * HOUR, by=dsu, at=NOW + timedelta(days=3))
    recalculate_due(NOW + timedelta(days=3))
    assert _due(incident) == NOW + 25 * HOUR


def test_a_second_alert_on_the_same_perimeter_is_refused(dsu: User) -> None:
    first = declare_alert(perimeter=None, reason="Ouragan", started_at=NOW, by=dsu, at=NOW)
    with pytest.raises(ValidationError, match="déjà en cours"):
        declare_alert(perimeter=None, reason="Ouragan", started_at=NOW, by=dsu, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CycloneAlert.objects.create(reason="Ouragan", started_at=NOW, declared_at=NOW, declared_by=dsu)
    end_alert(first, ended_at=NOW + HOUR, by=dsu, at=NOW + HOUR)
    with pytest.raises(ValidationError, match="déjà terminée"):
        end_alert(CycloneAlert(pk=first.pk, started_at=NOW), ended_at=NOW + HOUR, by=dsu, at=NOW + HOUR)
    declare_alert(perimeter=None, reason="Ouragan", started_at=NOW + HOUR, by=dsu, at=NOW + HOUR)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "  "}, "Dites pourquoi"),
        ({"started_at": NOW + HOUR}, "à l'avance"),
        ({"started_at": NOW - timedelta(days=8)}, "sept jours"),
    ],
)
def test_an_alert_that_cannot_be_is_refused(dsu: User, fields: dict[str, object], said: str) -> None:
    given = {"perimeter": None, "reason": "Ouragan", "started_at": NOW, "by": dsu, "at": NOW, **fields}
    with pytest.raises(ValidationError, match=said):
        declare_alert(**given)  # type: ignore[arg-type]
    assert (CycloneAlert.objects.count(), Recalculation.objects.count()) == (0, 0)


def test_an_end_that_cannot_be_is_refused_and_only_the_dsu_decides(dsu: User) -> None:
    alert = declare_alert(perimeter=None, reason="Ouragan", started_at=NOW, by=dsu, at=NOW)
    for ended_at in (NOW, NOW + 3 * HOUR):
        with pytest.raises(ValidationError, match="après son début"):
            end_alert(alert, ended_at=ended_at, by=dsu, at=NOW + 2 * HOUR)
    manager = UserFactory(manager=True)
    with pytest.raises(PermissionDenied):
        end_alert(alert, ended_at=NOW + HOUR, by=manager, at=NOW + 2 * HOUR)
    with pytest.raises(PermissionDenied):
        declare_alert(perimeter=None, reason="Ouragan", started_at=NOW, by=manager, at=NOW)
