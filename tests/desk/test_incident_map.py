"""The map: what is filtered, a point a residence, the same words beside it, and no other host by default."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gup.places.models import Residence
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, ResidenceFactory

As = Callable[[str], Client]


def points(page: str) -> list[dict[str, Any]]:
    found = re.search(r'<script id="points" type="application/json">(.*?)</script>', page)
    listed: list[dict[str, Any]] = json.loads(found[1]) if found else []
    return listed


def place(residence: Residence, **fields: Any) -> None:
    Residence.objects.filter(pk=residence.pk).update(latitude="14.61", longitude="-61.00", **fields)


def test_a_point_says_how_many_of_the_filtered_incidents_are_there(desk: Desk, as_: As) -> None:
    place(desk.residence)
    for _ in range(2):
        IncidentFactory(residence=desk.residence, category=desk.category)
    IncidentFactory(residence=desk.residence, category=desk.category, at=timezone.now() - timedelta(days=3))
    (point,) = points(as_("agent").get("/incidents/carte/").content.decode())
    assert (point["count"], point["late"], point["at"], point["approximate"]) == (3, 1, [14.61, -61.0], False)
    (point,) = points(as_("agent").get("/incidents/carte/?state=late").content.decode())
    assert point["count"] == 1
    assert point["url"] == f"/incidents/?state=late&residence={desk.residence.slug}"


def test_a_residence_without_a_position_is_told_and_listed(desk: Desk, as_: As) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/carte/").content.decode()
    assert points(page) == []
    assert "1 incident n&#x27;est pas sur la carte" in page or "1 incident n'est pas sur la carte" in page
    assert "position inconnue" in page


def test_the_position_of_a_demonstration_residence_is_approximate(desk: Desk, as_: As) -> None:
    place(desk.residence, is_demonstration=True)
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/carte/").content.decode()
    assert points(page)[0]["approximate"] is True
    assert "approximatives" in page


def test_a_name_never_ends_the_data_that_it_is_in(desk: Desk, as_: As) -> None:
    place(desk.residence, name="</script><b>")
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/carte/").content.decode()
    assert points(page)[0]["name"] == "</script><b>"
    assert "</script><b>" not in page


def test_no_page_asks_another_host_for_anything_by_default() -> None:
    assert django_settings.GUP_TILES_URL == ""
    assert django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] == ["'self'", "data:", "blob:"]


def test_the_map_costs_the_same_for_1_and_8_residences(
    desk: Desk, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("reviewer")
    IncidentFactory(residence=desk.residence, category=desk.category)
    with django_assert_max_num_queries(12) as few:
        client.get("/incidents/carte/")
    for _ in range(7):
        IncidentFactory(residence=ResidenceFactory(), category=desk.category)
    with django_assert_max_num_queries(len(few)):
        client.get("/incidents/carte/")
