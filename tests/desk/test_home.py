"""What waits for each role on its first page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, ResidenceFactory

As = Callable[[str], Client]


def test_an_agent_finds_what_is_to_be_taken_in_charge(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/")
    assert incident.ref in page.content.decode()
    assert "À prendre en charge" in page.content.decode()


def test_an_agent_finds_nothing_of_another_bailleur(desk: Desk, as_: As) -> None:
    foreign = IncidentFactory(residence=ResidenceFactory(), category=desk.category)
    assert foreign.ref not in as_("agent").get("/").content.decode()


def test_an_association_is_asked_for_its_answer_once_a_repair_is_announced(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    incident.resolve(by=desk.people["agent"], at=timezone.now(), text="Changé la carte.")
    page = as_("association").get("/").content.decode()
    assert incident.ref in page[page.index("Votre réponse est attendue") : page.index("En cours dans vos résidences")]


def test_the_dsu_sees_a_proposed_transfer_until_somebody_decides(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category)
    service = desk.people["service"].memberships.get().organisation
    incident.propose_transfer(by=desk.people["agent"], at=timezone.now(), to=service, text="Domaine public.")
    assert incident.ref in as_("reviewer").get("/").content.decode()
    assert incident.ref in as_("reviewer").get("/incidents/?state=proposed").content.decode()
    incident.transfer(by=desk.people["reviewer"], at=timezone.now(), to=service, text="Domaine public.")
    assert incident.ref not in as_("reviewer").get("/incidents/?state=proposed").content.decode()


@pytest.mark.parametrize("role", ["association", "agent", "reviewer"])
def test_the_first_page_costs_the_same_for_1_and_20_incidents(
    desk: Desk, as_: As, role: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(role)
    IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(20) as few:
        client.get("/")
    for _ in range(19):
        IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(len(few)):
        client.get("/")
