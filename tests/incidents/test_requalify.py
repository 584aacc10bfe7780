"""Changing the category, and whom an incident may be handed to."""

import pytest
from django.utils import timezone

from gup.conventions.enums import CategoryVisibility
from gup.incidents.errors import InvalidInput
from gup.incidents.models import Incident
from tests.factories import CategoryFactory, IncidentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_incident_that_turns_out_confidential_leaves_the_public_and_the_agents() -> None:
    incident = IncidentFactory()
    agent = UserFactory(agent=True, organisation=incident.bailleur)
    secret = CategoryFactory(visibility=CategoryVisibility.CONFIDENTIAL)
    incident.requalify(by=agent, at=timezone.now(), category=secret)
    assert not Incident.objects.on_public_pages().exists()
    assert not Incident.objects.visible_to(agent).exists()


def test_it_stays_confidential_whatever_its_next_category() -> None:
    incident = IncidentFactory(is_confidential=True)
    dsu = UserFactory(reviewer=True)
    incident.requalify(by=dsu, at=timezone.now(), category=CategoryFactory())
    incident.refresh_from_db()
    assert incident.is_confidential


def test_another_bailleur_is_never_handed_an_incident() -> None:
    incident = IncidentFactory()
    with pytest.raises(InvalidInput, match="ne prend pas d'incident en charge"):
        incident.transfer(by=UserFactory(reviewer=True), at=timezone.now(), to=OrganisationFactory(), text="Erreur.")
    assert incident.events.filter(kind="transferred").count() == 0
