"""The list of incidents: filters, text, bad input, the same queries for 1 and 30 lines."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gup.incidents.listing import Facet
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory

As = Callable[[str], Client]


def test_a_reference_finds_its_incident_alone(desk: Desk, as_: As) -> None:
    one, other = (IncidentFactory(residence=desk.residence, category=desk.category) for _ in range(2))
    page = as_("agent").get("/incidents/", {"q": one.ref}).content.decode()
    assert one.ref in page
    assert f"/incidents/{other.ref}/" not in page


def test_late_lists_what_is_past_its_due(desk: Desk, as_: As) -> None:
    late = IncidentFactory(residence=desk.residence, category=desk.category, at=timezone.now() - timedelta(days=3))
    early = IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/", {"state": "late"}).content.decode()
    assert late.ref in page
    assert early.ref not in page


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a" * 5000},
        {"q": "a\x00b"},
        {"state": "inconnu"},
        {"sort": "x"},
        *({facet.value: "ailleurs"} for facet in Facet),
        {"suite": "zut"},
    ],
)
def test_a_filter_that_cannot_be_is_told_and_not_guessed(desk: Desk, as_: As, query: dict[str, str]) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/", query)
    assert page.status_code == 400
    assert "errorlist" in page.content.decode()
    assert "GUP-" not in page.content.decode()


def test_the_list_costs_the_same_for_1_and_30_lines(
    desk: Desk, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("agent")
    IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(13) as few:
        client.get("/incidents/")
    for _ in range(29):
        IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(len(few)):
        client.get("/incidents/")


def test_a_residence_of_somebody_else_is_no_filter(desk: Desk, as_: As) -> None:
    foreign = IncidentFactory()
    for query in ({"residence": foreign.residence.slug}, {"bailleur": foreign.bailleur.slug}):
        page = as_("agent").get("/incidents/", query)
        assert page.status_code == 400
        assert foreign.residence.name not in page.content.decode()


def test_several_choices_of_a_filter_and_what_each_would_show(desk: Desk, as_: As) -> None:
    new, taken, planned = (IncidentFactory(residence=desk.residence, category=desk.category) for _ in range(3))
    taken.acknowledge(by=desk.people["agent"], at=timezone.now())
    planned.plan(by=desk.people["agent"], at=timezone.now(), planned_for=timezone.now() + timedelta(days=1))
    page = as_("agent").get("/incidents/?status=opened&status=acknowledged").content.decode()
    assert new.ref in page
    assert taken.ref in page
    assert planned.ref not in page
    assert 'value="planned"' in page, "what other choices would add is counted still"
    assert 'Incidents <span class="count" aria-live="polite">(2)</span>' in page


def test_the_next_page_goes_on_where_the_first_one_ended(desk: Desk, as_: As) -> None:
    made = [IncidentFactory(residence=desk.residence, category=desk.category).ref for _ in range(32)]
    client, seen, address = as_("agent"), [], "/incidents/?sort=reported"
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'class="title" href="/incidents/(GUP-[^/]+)/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/incidents/{html.unescape(following[1])}" if following else ""
    assert seen == made[::-1]


def test_htmx_gets_the_results_alone_and_a_browser_the_whole_page(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category)
    fragment = as_("agent").get("/incidents/", headers={"HX-Request": "true"})
    assert incident.ref in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
    assert "<html" in as_("agent").get("/incidents/").content.decode()


def test_a_filter_with_one_choice_is_there_when_that_choice_narrows(desk: Desk, as_: As) -> None:
    late = IncidentFactory(residence=desk.residence, category=desk.category, at=timezone.now() - timedelta(days=3))
    assert 'name="late"' not in as_("agent").get("/incidents/").content.decode(), "it would show the same list"
    IncidentFactory(residence=desk.residence, category=desk.category)
    assert 'name="late" value="week"' in as_("agent").get("/incidents/").content.decode()
    assert late.ref in as_("agent").get("/incidents/?late=week").content.decode()
