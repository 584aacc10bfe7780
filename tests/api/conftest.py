"""One small commune: two bailleurs, a residence each, somebody of each role, and a client that speaks for anybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from gup.conventions.models import Category, ConventionVersion
from gup.incidents.models import Incident, IncidentEvent
from gup.inspections.models import Milestone, Passage, Walk
from gup.partners.models import AuditEntry, Organisation, User
from gup.places.append_only import protect, release
from gup.places.models import Residence, Spot
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    signed_convention,
)


@dataclass
class Commune:
    """`residence` is the bailleur's, `elsewhere` the other bailleur's; `people` by role, strangers by name."""

    bailleur: Organisation
    other: Organisation
    town: Organisation
    residence: Residence
    elsewhere: Residence
    spot: Spot
    category: Category
    convention: ConventionVersion
    people: dict[str, User] = field(default_factory=dict)

    def incident(self, **given: Any) -> Incident:
        """Opened two hours ago in `residence` by its association, unless told otherwise."""
        defaults = {"residence": self.residence, "category": self.category, "by": self.people["association"]}
        return IncidentFactory(**{**defaults, **given})

    def foreign_incident(self, **given: Any) -> Incident:
        return self.incident(residence=self.elsewhere, by=self.people["stranger_association"], **given)


@pytest.fixture
def commune(db: None) -> Commune:
    bailleur, other = OrganisationFactory(slug="hibiscus"), OrganisationFactory(slug="balisiers")
    town = OrganisationFactory(slug="voirie", city_service=True)
    residence = ResidenceFactory(slug="les-alizes", bailleur=bailleur)
    elsewhere = ResidenceFactory(slug="les-raisiniers", bailleur=other)
    made = Commune(
        bailleur=bailleur,
        other=other,
        town=town,
        residence=residence,
        elsewhere=elsewhere,
        spot=SpotFactory(residence=residence),
        category=CategoryFactory(slug="lift-out"),
        convention=signed_convention(bailleur, [residence.quartier]),
    )
    made.people = {
        "association": UserFactory(association=True, residences=[residence]),
        "agent": UserFactory(agent=True, organisation=bailleur),
        "manager": UserFactory(manager=True, organisation=bailleur),
        "service": UserFactory(service=True, organisation=town),
        "reviewer": UserFactory(reviewer=True),
        "administrator": UserFactory(administrator=True),
        "committee": UserFactory(committee=True),
        "stranger_association": UserFactory(association=True, residences=[elsewhere]),
        "stranger_manager": UserFactory(manager=True, organisation=other),
        "nobody": UserFactory(),
    }
    return made


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests whose rows other connections read: really committed, and emptied afterwards, history included."""
    yield
    kept = (IncidentEvent, AuditEntry, Passage, Walk, Milestone)
    tables = [model._meta.db_table for model in kept]
    with connection.schema_editor() as editor:
        for table in tables:
            release(editor, table)
    call_command("flush", interactive=False, verbosity=0)
    with connection.schema_editor() as editor:
        for table in tables:
            protect(editor, table)


@pytest.fixture
def as_(commune: Commune) -> Callable[[str | None], APIClient]:
    """`as_("agent")` speaks for the agent with a token; `as_(None)` for nobody."""

    def speak_for(name: str | None) -> APIClient:
        client = APIClient()
        if name is not None:
            token, _ = Token.objects.get_or_create(user=commune.people[name])
            client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return speak_for
