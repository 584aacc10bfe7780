"""What each role sees of incidents: list, filters, pages, one in full."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api.incidents import LINE, IncidentLine
from gup.incidents.enums import Verb
from gup.incidents.models import Clock, Incident
from gup.partners.models import AuditEntry
from tests.api.conftest import Commune
from tests.factories import FamilyFactory, UserFactory

As = Callable[[str | None], APIClient]
URL = "/api/v1/incidents"


def refs(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {row["ref"] for row in answer.json()["results"]}


def test_nobody_reads_no_list(as_: As, commune: Commune) -> None:
    assert as_(None).get(URL).status_code == 401


@pytest.mark.parametrize(
    ("who", "own", "foreign", "confidential"),
    [
        ("association", True, False, True),
        ("agent", True, False, False),
        ("manager", True, False, True),
        ("service", False, False, False),
        ("reviewer", True, True, True),
        ("administrator", True, True, True),
        ("committee", False, False, False),
        ("stranger_association", False, True, False),
        ("stranger_manager", False, True, False),
        ("nobody", False, False, False),
    ],
)
def test_each_role_sees_its_own_and_404_for_the_rest(
    as_: As, commune: Commune, who: str, own: bool, foreign: bool, confidential: bool
) -> None:
    made = {
        commune.incident().ref: own,
        commune.foreign_incident().ref: foreign,
        commune.incident(is_confidential=True).ref: confidential,
    }
    client = as_(who)
    assert refs(client.get(URL)) == {ref for ref, is_seen in made.items() if is_seen}
    for ref, is_seen in made.items():
        for address in (f"{URL}/{ref}", f"{URL}/{ref}/events", f"{URL}/{ref}/clocks", f"{URL}/{ref}/photos"):
            assert client.get(address).status_code == (200 if is_seen else 404), address


def test_a_foreign_incident_and_a_missing_one_answer_alike(as_: As, commune: Commune) -> None:
    foreign = as_("agent").get(f"{URL}/{commune.foreign_incident().ref}")
    missing = as_("agent").get(f"{URL}/GUP-2026-QQQQQQ")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()


def test_an_incident_in_full_says_what_may_be_done_and_where_its_clocks_are(as_: As, commune: Commune) -> None:
    incident = commune.incident(spot=commune.spot, reporter_email="voisine@essai.example")
    answer = as_("agent").get(f"{URL}/{incident.ref}")
    told = answer.json()
    assert answer["ETag"] == f'"{incident.version}"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert told["residence"] == "les-alizes"
    assert told["spot_name"] == commune.spot.name
    assert told["convention"] == commune.convention.convention.slug
    assert Verb.ACKNOWLEDGE in told["allowed_actions"] and Verb.CONFIRM not in told["allowed_actions"]
    assert {clock["stage"]: clock["state"] for clock in told["clocks"]} == {
        "acknowledge": "running",
        "resolve": "running",
    }
    assert told["reported_at"].endswith("Z")
    # The reporter's contact is nobody's to read here.
    assert "voisine" not in answer.content.decode()


def test_reading_a_confidential_incident_is_logged(as_: As, commune: Commune) -> None:
    incident = commune.incident(is_confidential=True)
    as_("manager").get(f"{URL}/{incident.ref}")
    as_("manager").get(f"{URL}/{commune.incident().ref}")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject, entry.address) == (
        commune.people["manager"].email,
        incident.ref,
        "127.0.0.1",
    )


def test_the_list_says_line_by_line_what_its_schema_says(as_: As, commune: Commune) -> None:
    incident = Incident.objects.get(pk=commune.incident(spot=commune.spot).pk)
    [line] = as_("agent").get(URL).json()["results"]
    assert list(line) == list(LINE)
    shown = IncidentLine(incident).data
    for name in set(LINE) - {"due_at", "reported_at", "updated_at"}:
        assert line[name] == shown[name], name


def test_the_list_has_the_most_pressing_first_and_those_without_a_due_last(as_: As, commune: Commune) -> None:
    late = commune.incident(at=timezone.now() - timedelta(hours=30))
    unbound = commune.foreign_incident()
    fresh = commune.incident()
    answer = as_("reviewer").get(URL).json()
    assert [row["ref"] for row in answer["results"]] == [late.ref, fresh.ref, unbound.ref]
    assert answer["results"][2]["due_at"] is None


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(as_: As, commune: Commune, size: int) -> None:
    at = timezone.now() - timedelta(hours=3)
    # Equal dues, different dues, and no due at all.
    made = [commune.incident(at=at) for _ in range(3)]
    made += [commune.incident(at=at + timedelta(hours=1)), commune.foreign_incident(), commune.foreign_incident()]
    client, seen, address = as_("reviewer"), [], f"{URL}?page_size={size}"
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= size
        seen += [row["ref"] for row in page["results"]]
        address = page["next"]
    assert seen == [incident.ref for incident in made]


def test_the_list_costs_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("agent")
    commune.incident()
    # token and user, memberships, their residences, those with a due, those without
    with django_assert_num_queries(5):
        assert len(client.get(URL).json()["results"]) == 1
    for _ in range(19):
        commune.incident()
    with django_assert_num_queries(5):
        assert len(client.get(URL).json()["results"]) == 20


def test_one_incident_costs_the_same_whatever_hangs_on_it(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    incident = commune.incident()
    client = as_("agent")
    client.get(f"{URL}/{incident.ref}")  # compiles the calendar, once in each process
    # token and user, memberships, their residences, visible?, in full, supporters, clocks; and why they are due then:
    # events, amendments, alerts, versions, category, commitments, levels, the explained commitments
    with django_assert_num_queries(15):
        client.get(f"{URL}/{incident.ref}")
    at = timezone.now() - timedelta(minutes=30)
    for n in range(5):
        incident.supporters.create(user=UserFactory(), at=at)
        incident.comment(by=commune.people["manager"], at=at, text=f"Passage prévu, message {n}")
    with django_assert_num_queries(15):
        client.get(f"{URL}/{incident.ref}")


@pytest.fixture
def three(commune: Commune) -> dict[str, Incident]:
    """One late and acknowledged, one on hold, one foreign."""
    late = commune.incident(at=timezone.now() - timedelta(hours=30), title="Porte du hall cassée")
    late.acknowledge(by=commune.people["agent"], at=timezone.now() - timedelta(hours=29))
    held = commune.incident(description="Fuite au plafond")
    held.acknowledge(by=commune.people["agent"], at=timezone.now() - timedelta(hours=1))
    held.hold(
        by=commune.people["agent"],
        at=timezone.now() - timedelta(minutes=30),
        reason="legal_notice",
        text="Mise en demeure envoyée",
    )
    return {"late": late, "held": held, "foreign": commune.foreign_incident()}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("residence=les-alizes", {"late", "held"}),
        ("bailleur=balisiers", {"foreign"}),
        ("responsible=hibiscus", {"late", "held"}),
        ("category=lift-out", {"late", "held", "foreign"}),
        ("status=on_hold", {"held"}),
        ("status=on_hold&status=opened", {"held", "foreign"}),
        ("priority=urgent", {"late", "held", "foreign"}),
        ("priority=danger", set()),
        ("state=late", {"late"}),
        ("state=missed", {"late"}),
        ("state=paused", {"held"}),
        ("state=held", {"late", "held"}),
        ("state=running", set()),
        ("stage=resolve", {"late", "held"}),
        ("stage=acknowledge&state=held", {"late", "held"}),
        ("stage=resolve&state=held", set()),
        ("q=porte", {"late"}),
        ("q=plafond", {"held"}),
        ("reported_until=2001-01-01", set()),
        ("reported_from=2001-01-01", {"late", "held", "foreign"}),
        ("", {"late", "held", "foreign"}),
    ],
)
def test_the_list_is_filtered(as_: As, three: dict[str, Incident], asked: str, found: set[str]) -> None:
    assert refs(as_("reviewer").get(f"{URL}?{asked}")) == {three[name].ref for name in found}


def test_the_list_is_filtered_by_quartier_family_and_reference(
    as_: As, commune: Commune, three: dict[str, Incident]
) -> None:
    client = as_("reviewer")
    assert refs(client.get(URL, {"quartier": commune.elsewhere.quartier.slug})) == {three["foreign"].ref}
    assert len(refs(client.get(URL, {"family": commune.category.family.slug}))) == 3
    assert refs(client.get(URL, {"family": FamilyFactory().slug})) == set()
    assert refs(client.get(URL, {"q": three["held"].ref.lower()})) == {three["held"].ref}


def test_the_days_of_a_filter_are_those_of_martinique(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    day = timezone.localdate(incident.reported_at)
    client = as_("reviewer")
    same_day = {"reported_from": f"{day}", "reported_until": f"{day}"}
    assert refs(client.get(URL, same_day)) == {incident.ref}
    assert refs(client.get(URL, {"reported_from": f"{day + timedelta(days=1)}"})) == set()
    assert refs(client.get(URL, {"reported_until": f"{day - timedelta(days=1)}"})) == set()


@pytest.mark.parametrize(
    "asked",
    [
        "couleur=bleu",
        "status=ouvert",
        "priority=5",
        "state=cancelled",
        "stage=zut",
        "residence=nulle-part",
        "residence=les-raisiniers",
        "quartier=x",
        "bailleur=x",
        "category=x",
        "family=lift-out",
        "reported_from=hier",
        "reported_until=9999-12-31",
        "q=" + "a" * 201,
        "q=%00",
        "page_size=0",
        "page_size=201",
        "page_size=" + "9" * 5000,
        "page_size=²",
        "cursor=zut",
        "cursor=%F0%9F%98%80",
        "cursor=fDk5OTk5OTk5OTk5OTk5OTk5OTk5",
        "cursor=MjAyNi0wMS0wMXwx",
    ],
)
def test_an_unknown_or_malformed_filter_is_refused_with_its_name(as_: As, commune: Commune, asked: str) -> None:
    answer = as_("agent").get(f"{URL}?{asked}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [asked.partition("=")[0]]


def test_the_clocks_of_an_incident_say_their_verdict_now(as_: As, commune: Commune) -> None:
    incident = commune.incident(at=timezone.now() - timedelta(hours=30))
    incident.acknowledge(by=commune.people["agent"], at=timezone.now() - timedelta(hours=29))
    rows = as_("association").get(f"{URL}/{incident.ref}/clocks").json()["results"]
    assert [(row["stage"], row["state"], row["verdict"]) for row in rows] == [
        ("acknowledge", "held", "held"),
        ("resolve", "late", "missed"),
    ]
    assert rows[1]["party"] == "hibiscus"
    assert rows[1]["commitment"] == Clock.objects.get(stage="resolve").commitment_id


def test_internal_words_are_read_by_their_own_side_only(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    incident.comment(
        by=commune.people["agent"],
        at=timezone.now() - timedelta(hours=1),
        text="Devis trop cher",
        visibility="internal",
    )
    address = f"{URL}/{incident.ref}/events"
    for who, is_told in {"association": False, "agent": True, "manager": True, "reviewer": True}.items():
        events = as_(who).get(address).json()["results"]
        assert ("Devis trop cher" in {event["text"] for event in events}) is is_told, who
    kinds = [event["kind"] for event in as_("association").get(address).json()["results"]]
    assert kinds == ["opened", "receipt_sent"]


def test_the_thread_and_the_clocks_cost_the_same_however_long(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    incident = commune.incident()
    client = as_("agent")
    with django_assert_num_queries(5):
        client.get(f"{URL}/{incident.ref}/events")
    for n in range(18):
        incident.comment(by=commune.people["agent"], at=timezone.now(), text=f"Message {n}")
    with django_assert_num_queries(5):
        assert len(client.get(f"{URL}/{incident.ref}/events").json()["results"]) == 20
    client.get(f"{URL}/{incident.ref}/clocks")  # compiles the calendar, once in each process
    with django_assert_num_queries(13):
        assert len(client.get(f"{URL}/{incident.ref}/clocks").json()["results"]) == 2
