from collections.abc import Callable

from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.conftest import Commune
from tests.factories import CategoryFactory, FamilyFactory

As = Callable[[str | None], APIClient]
URL = "/api/v1/categories"


def test_the_nomenclature_is_the_same_for_everybody_who_logs_in(as_: As, commune: Commune) -> None:
    assert as_(None).get(URL).status_code == 401
    for who in commune.people:
        assert len(as_(who).get(URL).json()["results"]) == 2


def test_a_category_says_its_family_and_who_answers_by_default(as_: As, commune: Commune) -> None:
    told = as_("association").get(f"{URL}/lift-out").json()
    assert told["family"] == commune.category.family.slug
    assert (told["priority"], told["visibility"], told["default_party"]) == ("urgent", "public", None)
    town = CategoryFactory(default_party=commune.town)
    assert as_("association").get(f"{URL}/{town.slug}").json()["default_party"] == "voirie"
    assert as_("association").get(f"{URL}/{commune.category.family.slug}").json()["family"] is None
    assert as_("association").get(f"{URL}/licorne").status_code == 404


def test_categories_are_filtered_by_family(as_: As, commune: Commune) -> None:
    client, family = as_("association"), FamilyFactory()
    CategoryFactory(parent=family, slug="bins-full")
    rows = client.get(f"{URL}?family={family.slug}").json()["results"]
    assert [row["slug"] for row in rows] == ["bins-full"]
    assert client.get(f"{URL}?family=lift-out").status_code == 400


def test_categories_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("association")
    with django_assert_num_queries(2):
        client.get(URL)
    for _ in range(19):
        CategoryFactory()
    with django_assert_num_queries(2):
        assert len(client.get(URL).json()["results"]) == 40
