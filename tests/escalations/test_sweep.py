"""What is late is told, level by level, each level once, whatever runs twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from gup.conventions.amendments import activate
from gup.conventions.enums import Audience
from gup.escalations.escalate import escalate_due
from gup.escalations.models import Escalation
from gup.incidents.models import Incident
from gup.notifications.enums import Topic
from gup.notifications.models import OutboxMessage
from tests.factories import (
    CommitmentFactory,
    EscalationStepFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def incident() -> Incident:
    """First contact promised in 4 hours, repair in 24; levels at 75, 100, 150 and 200 %."""
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    for role in ("agent", "manager"):
        UserFactory(**{role: True}, organisation=bailleur)
    made: Incident = IncidentFactory(residence=residence, at=NOW)
    return made


def _levels() -> list[tuple[str, int, bool]]:
    return list(Escalation.objects.order_by("id").values_list("clock__stage", "level", "is_superseded"))


def _told() -> list[str]:
    return list(
        OutboxMessage.objects.filter(topic=Topic.ESCALATION).values_list("recipient__memberships__role", flat=True)
    )


def test_each_level_speaks_once_to_its_own_audience(incident: Incident) -> None:
    assert escalate_due(NOW + 2 * HOUR) == 0
    assert escalate_due(NOW + 3 * HOUR) == 1
    assert escalate_due(NOW + 3 * HOUR) == 0
    assert _told() == ["agent"]
    assert escalate_due(NOW + 4 * HOUR) == 1
    assert _told() == ["agent", "manager"]
    assert _levels() == [("acknowledge", 1, False), ("acknowledge", 2, False)]


def test_after_an_outage_only_the_highest_level_speaks(incident: Incident) -> None:
    escalate_due(NOW + 7 * HOUR)
    assert _levels() == [("acknowledge", 1, True), ("acknowledge", 2, True), ("acknowledge", 3, False)]
    assert OutboxMessage.objects.filter(topic=Topic.ESCALATION).count() == 1


def test_nothing_fires_while_the_clock_is_suspended(incident: Incident) -> None:
    manager = incident.bailleur.memberships.get(role="manager").user
    incident.acknowledge(by=manager, at=NOW + HOUR)
    incident.hold(by=manager, at=NOW + 2 * HOUR, reason="legal_notice", text="Mise en demeure.")
    assert escalate_due(NOW + 200 * HOUR) == 0
    incident.resume(by=manager, at=NOW + 200 * HOUR)
    assert escalate_due(NOW + 215 * HOUR) == 0
    assert escalate_due(NOW + 216 * HOUR) == 1, "75 % of 24 h, two of them before the wait"


def test_a_due_that_moves_never_fires_a_level_again(incident: Incident) -> None:
    dsu, manager = UserFactory(reviewer=True), incident.bailleur.memberships.get(role="manager").user
    escalate_due(NOW + 20 * HOUR)
    before = _levels()
    incident.acknowledge(by=manager, at=NOW + 20 * HOUR)
    incident.reprioritise(by=dsu, at=NOW + 21 * HOUR, priority="normal", text="Moins grave.", correction=True)
    escalate_due(NOW + 21 * HOUR)
    assert _levels() == before


def test_a_stopped_clock_is_left_in_peace(incident: Incident) -> None:
    manager = incident.bailleur.memberships.get(role="manager").user
    incident.resolve(by=manager, at=NOW + HOUR, text="Fait.")
    assert escalate_due(NOW + 500 * HOUR) == 0


def test_a_confidential_incident_is_escalated_without_its_words() -> None:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    UserFactory(agent=True, organisation=bailleur)
    manager = UserFactory(manager=True, organisation=bailleur)
    IncidentFactory(residence=residence, at=NOW, title="Nom et prénom", is_confidential=True)
    escalate_due(NOW + 3 * HOUR)
    (message,) = OutboxMessage.objects.filter(topic=Topic.ESCALATION)
    assert message.recipient == manager
    assert "Nom et prénom" not in message.subject + message.body


def test_a_sweep_with_nothing_due_costs_one_look(
    incident: Incident, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        IncidentFactory(residence=incident.residence, at=NOW)
    # SAVEPOINT, the look at the index, RELEASE.
    with django_assert_max_num_queries(3):
        assert escalate_due(NOW) == 0


def test_an_amendment_brings_its_own_levels_before_the_worker_has_folded_it_in(incident: Incident) -> None:
    """Five levels where there were four, and 30 hours to repair instead of 24."""
    signed = incident.convention_version
    assert signed is not None
    amendment = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2026, 9, 11),
        applies_to_open=True,
        quartiers=list(signed.quartiers.all()),
    )
    CommitmentFactory(version=amendment, target=30 * 3600)
    for level in range(1, 6):
        EscalationStepFactory(version=amendment, level=level, share_percent=level * 50, audience=Audience.AGENCY)
    activate(amendment, by=UserFactory(administrator=True), at=NOW)
    escalate_due(NOW + 75 * HOUR)
    assert [row for row in _levels() if row[0] == "resolve"] == [("resolve", level, level < 5) for level in range(1, 6)]
    assert [row for row in _levels() if row[0] == "acknowledge"][-1] == ("acknowledge", 4, False)
