"""One residence under a signed convention, and somebody of each role in front of the desk."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from gup.conventions.models import Category
from gup.partners.models import Organisation, User
from gup.places.models import Residence
from tests.factories import CategoryFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention


@dataclass
class Desk:
    bailleur: Organisation
    residence: Residence
    category: Category
    people: dict[str, User]


@pytest.fixture
def desk(db: None) -> Desk:
    bailleur = OrganisationFactory(name="Société d'essai (ESSAI)")
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    people = {
        "association": UserFactory(association=True, residences=[residence]),
        "agent": UserFactory(agent=True, organisation=bailleur),
        "manager": UserFactory(manager=True, organisation=bailleur),
        "service": UserFactory(service=True),
        "reviewer": UserFactory(reviewer=True),
        "administrator": UserFactory(administrator=True),
        "committee": UserFactory(committee=True),
    }
    return Desk(bailleur, residence, CategoryFactory(), people)


@pytest.fixture
def as_(desk: Desk) -> Callable[[str], Client]:
    """A browser in which somebody of this role is logged in."""

    def browser(role: str) -> Client:
        client = Client()
        client.force_login(desk.people[role])
        return client

    return browser
