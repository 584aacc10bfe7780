from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.conftest import Commune
from tests.factories import ResidenceFactory, SpotFactory, UserFactory

As = Callable[[str | None], APIClient]
EVERYWHERE = {"les-alizes", "les-raisiniers"}


@pytest.mark.parametrize("resource", ["quartiers", "residences", "spots"])
def test_nobody_reads_no_place(as_: As, commune: Commune, resource: str) -> None:
    assert as_(None).get(f"/api/v1/{resource}").status_code == 401


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("association", {"les-alizes"}),
        ("agent", {"les-alizes"}),
        ("manager", {"les-alizes"}),
        ("service", EVERYWHERE),
        ("reviewer", EVERYWHERE),
        ("administrator", EVERYWHERE),
        ("committee", EVERYWHERE),
        ("stranger_association", {"les-raisiniers"}),
        ("stranger_manager", {"les-raisiniers"}),
        ("nobody", set()),
    ],
)
def test_each_role_sees_its_residences_and_their_spots(as_: As, commune: Commune, who: str, seen: set[str]) -> None:
    elsewhere = SpotFactory(residence=commune.elsewhere)
    client = as_(who)
    assert {row["slug"] for row in client.get("/api/v1/residences").json()["results"]} == seen
    assert {row["residence"] for row in client.get("/api/v1/spots").json()["results"]} == seen
    for residence, spot in ((commune.residence, commune.spot), (commune.elsewhere, elsewhere)):
        status = 200 if residence.slug in seen else 404
        assert client.get(f"/api/v1/residences/{residence.slug}").status_code == status
        assert client.get(f"/api/v1/spots/{spot.pk}").status_code == status
    assert len(client.get("/api/v1/quartiers").json()["results"]) == 2


def test_an_agent_with_a_patch_sees_its_patch(as_: As, commune: Commune) -> None:
    ResidenceFactory(bailleur=commune.bailleur)
    commune.people["caretaker"] = UserFactory(agent=True, organisation=commune.bailleur, residences=[commune.residence])
    assert len(as_("agent").get("/api/v1/residences").json()["results"]) == 2
    assert [row["slug"] for row in as_("caretaker").get("/api/v1/residences").json()["results"]] == ["les-alizes"]


def test_a_residence_says_who_manages_it(as_: As, commune: Commune) -> None:
    told = as_("association").get("/api/v1/residences/les-alizes").json()
    assert told == {
        "slug": "les-alizes",
        "name": commune.residence.name,
        "quartier": commune.residence.quartier.slug,
        "quartier_name": commune.residence.quartier.name,
        "bailleur": "hibiscus",
        "dwellings": 48,
        "is_demonstration": False,
        "source": "",
    }
    orphan = ResidenceFactory(bailleur=None)
    assert as_("reviewer").get(f"/api/v1/residences/{orphan.slug}").json()["bailleur"] is None


def test_a_quartier_says_its_perimeter(as_: As, commune: Commune) -> None:
    quartier = commune.residence.quartier
    told = as_("nobody").get(f"/api/v1/quartiers/{quartier.slug}").json()
    assert told["perimeter"] == "gup"
    assert as_("nobody").get("/api/v1/quartiers/atlantide").status_code == 404


def test_residences_and_spots_are_filtered(as_: As, commune: Commune) -> None:
    client = as_("reviewer")

    def found(asked: str) -> list[str]:
        return [row["slug"] for row in client.get(f"/api/v1/residences?{asked}").json()["results"]]

    assert found(f"quartier={commune.elsewhere.quartier.slug}") == ["les-raisiniers"]
    assert found("bailleur=hibiscus") == ["les-alizes"]
    assert found("bailleur=personne") == []
    assert len(found("q=flamboyants")) == 2
    assert client.get("/api/v1/spots?residence=les-raisiniers").json()["results"] == []
    assert len(client.get("/api/v1/spots?kind=lift").json()["results"]) == 1
    assert client.get("/api/v1/spots?kind=grotte").status_code == 400
    assert client.get("/api/v1/quartiers?secteur=1").status_code == 400
    assert client.get("/api/v1/spots/99999999999999999999999").status_code == 404
    assert as_("association").get("/api/v1/spots?residence=les-raisiniers").status_code == 400


@pytest.mark.parametrize("resource", ["residences", "spots", "quartiers"])
def test_places_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries, resource: str
) -> None:
    client = as_("manager")
    # token and user, [memberships, their residences,] the page
    queries = 2 if resource == "quartiers" else 4
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{resource}")
    for _ in range(19):
        SpotFactory(residence=ResidenceFactory(bailleur=commune.bailleur))
    with django_assert_num_queries(queries):
        assert len(client.get(f"/api/v1/{resource}").json()["results"]) >= 20


def test_pages_of_places_follow_each_other(as_: As, commune: Commune) -> None:
    for _ in range(4):
        ResidenceFactory()
    client, seen, address = as_("reviewer"), [], "/api/v1/residences?page_size=4"
    while address:
        page = client.get(address).json()
        seen += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 6
    assert client.get("/api/v1/residences?cursor=YWJj").status_code == 400
