"""The list of incidents: filters, text, bad input, the same queries for 1 and 20 lines."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

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
    "query", [{"q": "a" * 5000}, {"state": "inconnu"}, {"status": "x"}, {"residence": "ailleurs"}, {"family": "x"}]
)
def test_a_filter_that_cannot_be_is_told_and_not_guessed(desk: Desk, as_: As, query: dict[str, str]) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/", query)
    assert page.status_code == 400
    assert "errorlist" in page.content.decode()
    assert "GUP-" not in page.content.decode()


def test_the_list_costs_the_same_for_1_and_20_lines(
    desk: Desk, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("agent")
    IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(12) as few:
        client.get("/incidents/")
    for _ in range(19):
        IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(len(few)):
        client.get("/incidents/")
