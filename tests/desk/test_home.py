"""What waits for each role on its first page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gup.incidents.models import Incident
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, ResidenceFactory, UserFactory

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
    assert incident.ref in page[page.index("<h2>Votre réponse est attendue") : page.index("<h2>Du nouveau")]


def test_the_dsu_sees_a_proposed_transfer_until_somebody_decides(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category)
    service = desk.people["service"].memberships.get().organisation
    incident.propose_transfer(by=desk.people["agent"], at=timezone.now(), to=service, text="Domaine public.")
    assert incident.ref in as_("reviewer").get("/").content.decode()
    assert incident.ref in as_("reviewer").get("/incidents/?state=proposed").content.decode()
    incident.transfer(by=desk.people["reviewer"], at=timezone.now(), to=service, text="Domaine public.")
    assert incident.ref not in as_("reviewer").get("/incidents/?state=proposed").content.decode()


@pytest.mark.parametrize("role", ["association", "agent", "manager", "reviewer"])
def test_the_first_page_costs_the_same_for_1_and_20_incidents(
    desk: Desk, as_: As, role: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(role)
    IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(30) as few:
        client.get("/")
    for _ in range(19):
        IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def _pile(client: Client, title: str) -> list[Incident]:
    """What the page shows of one pile."""
    piles = {pile.question.title: pile for pile in client.get("/").context["piles"]}
    found: list[Incident] = piles[title].incidents
    return found


def _linked(client: Client, address: str) -> int:
    """How many incidents the list says it holds."""
    answer = client.get(address)
    assert answer.status_code == 200
    total: int = answer.context["total"]
    return total


@pytest.mark.parametrize("role", ["association", "agent", "manager", "service", "reviewer"])
def test_each_figure_opens_a_list_of_as_many(desk: Desk, as_: As, role: str) -> None:
    agent, now = desk.people["agent"], timezone.now()
    late = IncidentFactory(residence=desk.residence, category=desk.category, at=now - timedelta(days=3))
    late.assign(by=agent, at=now, to=agent)
    repaired = IncidentFactory(residence=desk.residence, category=desk.category)
    repaired.resolve(by=agent, at=now, text="Fait.")
    contested = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    contested.resolve(by=agent, at=now, text="Fait.")
    contested.contest(by=desk.people["association"], at=now, text="Toujours en panne.")
    handed_over = IncidentFactory(residence=desk.residence, category=desk.category)
    town = desk.people["service"].memberships.get().organisation
    handed_over.transfer(by=desk.people["reviewer"], at=now, to=town, text="Domaine public.")
    IncidentFactory(residence=desk.residence, category=desk.category, is_confidential=True)
    client = as_(role)
    page = client.get("/")
    assert any(pile.count for pile in page.context["piles"])
    for pile in page.context["piles"]:
        assert _linked(client, pile.question.url) == pile.count
    for row in [*page.context["team"], *page.context["residences"]]:
        assert (_linked(client, row.open_url), _linked(client, row.late_url)) == (row.open, row.late)
    if role == "reviewer":
        count, address = page.context["to_arbitrate"]
        assert client.get(address).context["page"].paginator.count == count > 0


def test_a_hold_comes_back_on_the_day_of_its_review(desk: Desk, as_: As) -> None:
    agent, now = desk.people["agent"], timezone.now()
    incident = IncidentFactory(residence=desk.residence, category=desk.category, at=now)
    incident.acknowledge(by=agent, at=now)
    incident.hold(by=agent, at=now, reason="parts", text="Pièce commandée.", review_at=now + timedelta(days=2))

    def to_review() -> list[Incident]:
        return _pile(as_("agent"), "Attentes à revoir")

    assert to_review() == []
    with time_machine.travel(now + timedelta(days=2, minutes=1)):
        assert to_review() == [incident]


def test_an_association_reads_what_others_changed_since_she_last_said_so(desk: Desk, as_: As) -> None:
    her, now = desk.people["association"], timezone.now()
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=her)
    client = as_("association")

    def news() -> list[Incident]:
        return _pile(client, "Du nouveau")

    assert client.post("/lu/", {"upto": timezone.now().isoformat()}).status_code == 302
    assert news() == []
    incident.comment(by=her, at=timezone.now(), text="C'est moi.")
    incident.comment(by=desk.people["agent"], at=timezone.now(), text="Noté entre nous.", visibility="internal")
    assert news() == []
    incident.acknowledge(by=desk.people["agent"], at=timezone.now() + timedelta(seconds=2))
    assert news() == [incident]
    client.post("/lu/", {"upto": (now - timedelta(days=1)).isoformat()})
    assert news() == [incident]


@pytest.mark.parametrize("words", ["", "hier", "2026-13-45T00:00:00Z", "2026-01-01T00:00:00", "2999-01-01T00:00:00Z"])
def test_an_instant_that_is_none_marks_nothing_as_read(desk: Desk, as_: As, words: str) -> None:
    answer = as_("association").post("/lu/", {"upto": words}, follow=True)
    assert "rien n'a été enregistré" in answer.content.decode().replace("&#x27;", "'")
    desk.people["association"].refresh_from_db()
    assert desk.people["association"].changes_seen_at is None


def test_the_dsu_sees_which_residences_are_silent_and_why(desk: Desk, as_: As) -> None:
    alone = ResidenceFactory(name="Résidence du silence")
    IncidentFactory(residence=desk.residence, category=desk.category)
    silent = {each.residence: each for each in as_("reviewer").get("/").context["silent"]}
    assert set(silent) == {alone}
    assert (silent[alone].last_reported_at, silent[alone].has_association) == (None, False)


def test_a_colleague_of_another_bailleur_is_no_filter(desk: Desk, as_: As) -> None:
    stranger = UserFactory(agent=True)
    assert as_("manager").get(f"/incidents/?agent={stranger.pk}").status_code == 400
    assert as_("agent").get(f"/incidents/?agent={desk.people['agent'].pk}").status_code == 400
