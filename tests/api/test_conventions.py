from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from gup.conventions.enums import CommitmentKind, Period, StageChoice
from tests.api.conftest import Commune
from tests.factories import CommitmentFactory, VersionFactory, signed_convention

As = Callable[[str | None], APIClient]
URL = "/api/v1/conventions"


@pytest.fixture
def names(commune: Commune) -> dict[str, str]:
    """The slugs of the bailleur's convention, the other bailleur's, and the town's annex."""
    theirs = signed_convention(commune.other, [commune.elsewhere.quartier]).convention
    annex = signed_convention(commune.town, [commune.residence.quartier]).convention
    annex.is_annex = True
    annex.save(update_fields=["is_annex"])
    return {"own": commune.convention.convention.slug, "theirs": theirs.slug, "annex": annex.slug}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("association", {"own", "annex"}),
        ("agent", {"own", "annex"}),
        ("manager", {"own", "annex"}),
        ("service", {"own", "theirs", "annex"}),
        ("reviewer", {"own", "theirs", "annex"}),
        ("administrator", {"own", "theirs", "annex"}),
        ("committee", {"own", "theirs", "annex"}),
        ("stranger_association", {"theirs", "annex"}),
        ("stranger_manager", {"theirs", "annex"}),
        ("nobody", set()),
    ],
)
def test_each_role_reads_the_conventions_that_bind_its_places(
    as_: As, names: dict[str, str], who: str, seen: set[str]
) -> None:
    client = as_(who)
    rows = client.get(URL).json()["results"]
    assert {row["slug"] for row in rows} == {names[each] for each in seen}
    for each, slug in names.items():
        assert client.get(f"{URL}/{slug}").status_code == (200 if each in seen else 404)


def test_a_project_is_the_dsu_s_alone(as_: As, commune: Commune) -> None:
    VersionFactory(convention=commune.convention.convention, number=1, project=True)
    hidden = VersionFactory(convention__organisation=commune.bailleur, project=True).convention.slug
    for who in ("association", "manager", "service", "committee", "reviewer"):
        told = as_(who).get(f"{URL}/{commune.convention.convention.slug}").json()
        assert [each["number"] for each in told["versions"]] == ([0, 1] if who == "reviewer" else [0])
        assert as_(who).get(f"{URL}/{hidden}").status_code == (200 if who == "reviewer" else 404)


def test_nobody_reads_no_convention(as_: As, names: dict[str, str]) -> None:
    assert as_(None).get(URL).status_code == 401


def test_a_convention_says_its_versions_and_what_is_in_force_today(as_: As, commune: Commune) -> None:
    version = commune.convention
    version.in_force_until = timezone.localdate() + timedelta(days=1)
    version.save()
    VersionFactory(convention=version.convention, number=1, in_force_from=version.in_force_until)
    CommitmentFactory(version=version.convention.versions.get(number=1), stage=StageChoice.ATTEND)
    CommitmentFactory(
        version=version, kind=CommitmentKind.RECURRENCE, stage="", times=2, period=Period.WEEK, label="Nettoyage"
    )
    told = as_("association").get(f"{URL}/{version.convention.slug}").json()
    assert told["organisation"] == "hibiscus"
    assert [(each["number"], each["is_in_force"]) for each in told["versions"]] == [(0, True), (1, False)]
    assert told["versions"][0]["quartiers"] == [commune.residence.quartier.slug]
    assert told["versions"][0]["in_force_from"] == f"{date(2020, 1, 1)}"
    assert [each["label"] for each in told["commitments"]] == [
        "Prise en charge en 4 h",
        "Rétablissement en 24 h",
        "Nettoyage",
    ]
    assert told["commitments"][1]["target"] == 86_400
    assert told["commitments"][2]["times"] == 2


def test_conventions_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, slug = as_("manager"), commune.convention.convention.slug
    # token and user, memberships, their residences, the page, its versions, their quartiers
    with django_assert_num_queries(6):
        client.get(URL)
    # and the commitments
    with django_assert_num_queries(7):
        client.get(f"{URL}/{slug}")
    for day in range(1, 20):
        CommitmentFactory(
            version=commune.convention, kind=CommitmentKind.ACTION_MILESTONE, stage="", due_on=date(2030, 1, day)
        )
        signed_convention(commune.bailleur, [commune.residence.quartier])
    with django_assert_num_queries(6):
        assert len(client.get(URL).json()["results"]) == 20
    with django_assert_num_queries(7):
        assert len(client.get(f"{URL}/{slug}").json()["commitments"]) == 21
