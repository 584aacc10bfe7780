"""The DSU looks at a project before it activates it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from gup.conventions.models import ConventionVersion
from tests.desk.conftest import Desk
from tests.factories import HOUR, CommitmentFactory, IncidentFactory, VersionFactory

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def project(desk: Desk) -> ConventionVersion:
    signed = ConventionVersion.objects.get()
    version: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2027, 1, 1),
        quartiers=[desk.residence.quartier],
    )
    CommitmentFactory(version=version, target=12 * HOUR)
    return version


def _address(version: ConventionVersion, name: str = "convention-simulation") -> str:
    return reverse(name, args=[version.convention.slug, version.number])


def test_the_page_and_its_csv_say_the_same_and_each_moved_delay_opens_its_incident(
    desk: Desk, as_: As, project: ConventionVersion
) -> None:
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=UTC), tick=False):
        reported = datetime(2026, 9, 10, 12, tzinfo=UTC)
        incident = IncidentFactory(residence=desk.residence, category=desk.category, at=reported)
        incident.resolve(by=desk.people["agent"], at=reported.replace(day=11, hour=2), text="Réparé.")
        page = as_("reviewer").get(_address(project)).content.decode()
        assert f'href="/incidents/{incident.ref}/"' in page
        assert "\N{MINUS SIGN}100,0\u202fpts" in page
        rows = as_("reviewer").get(_address(project, "convention-simulation-csv")).content.decode().splitlines()
    (line,) = [row.split(";") for row in rows if row.startswith("toutes;toutes;Rétablissement")]
    assert (line[6], line[13], line[17]) == ("100,0\u202f%", "0,0\u202f%", "\N{MINUS SIGN}100,0\u202fpts")
    assert any(row.startswith(f"{incident.ref};") for row in rows)


def test_an_activated_version_leads_to_what_was_held(desk: Desk, as_: As) -> None:
    answer = as_("reviewer").get(_address(ConventionVersion.objects.get()))
    assert (answer.status_code, reverse("compliance") in answer.content.decode()) == (409, True)


def test_a_version_that_does_not_exist_is_not_found(desk: Desk, as_: As, project: ConventionVersion) -> None:
    assert as_("reviewer").get("/conventions/ailleurs/1/simulation/").status_code == 404
    assert as_("manager").get(_address(project)).status_code == 403


def test_the_dsu_finds_the_projects_from_the_commitments(desk: Desk, as_: As, project: ConventionVersion) -> None:
    assert reverse("simulations") in as_("reviewer").get(reverse("compliance")).content.decode()
    assert reverse("simulations") not in as_("manager").get(reverse("compliance")).content.decode()
    listed = as_("reviewer").get(reverse("simulations")).content.decode()
    assert _address(project) in listed
    assert _address(ConventionVersion.objects.get(number=0)) not in listed
    project.delete()
    assert "Aucun projet" in as_("reviewer").get(reverse("simulations")).content.decode()


def test_a_year_without_incident_says_so(desk: Desk, as_: As, project: ConventionVersion) -> None:
    page = as_("reviewer").get(_address(project))
    assert (page.status_code, "aucun incident" in page.content.decode()) == (200, True)
    assert as_("reviewer").get(_address(project, "convention-simulation-csv")).status_code == 200


def test_a_project_that_cannot_be_simulated_says_why(desk: Desk, as_: As, project: ConventionVersion) -> None:
    project.commitments.all().delete()
    for name in ("convention-simulation", "convention-simulation-csv"):
        answer = as_("reviewer").get(_address(project, name))
        assert (answer.status_code, "aucun engagement" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("number", ["7", "40000", "99999999999999999999999"])
def test_a_number_that_was_never_given_is_not_found(desk: Desk, as_: As, number: str) -> None:
    slug = ConventionVersion.objects.get().convention.slug
    assert as_("reviewer").get(f"/conventions/{slug}/{number}/simulation/").status_code == 404


def test_a_category_named_like_a_formula_is_text_in_the_csv(desk: Desk, as_: As, project: ConventionVersion) -> None:
    desk.category.name = "=1+1"
    desk.category.save(update_fields=["name"])
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=UTC), tick=False):
        IncidentFactory(
            residence=desk.residence,
            category=desk.category,
            at=datetime(2026, 9, 10, 12, tzinfo=UTC),
            is_confidential=True,
        )
        content = as_("reviewer").get(_address(project, "convention-simulation-csv")).content.decode()
    assert ";'=1+1;" in content
    assert ";=1+1;" not in content


def test_confidential_delays_are_counted_in_their_direction_and_not_named(
    desk: Desk, as_: As, project: ConventionVersion
) -> None:
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=UTC), tick=False):
        reported = datetime(2026, 9, 10, 12, tzinfo=UTC)
        incident = IncidentFactory(residence=desk.residence, category=desk.category, at=reported, is_confidential=True)
        incident.resolve(by=desk.people["manager"], at=reported.replace(day=11, hour=2), text="Réparé.")
        answers = [
            as_("reviewer").get(_address(project, name)).content.decode()
            for name in ("convention-simulation", "convention-simulation-csv")
        ]
    assert "Tenu → dépassé (1)" in answers[0]
    assert "Dont 1 d'incidents confidentiels" in answers[0]
    assert "confidentiels, non listés;" in answers[1]
    assert not any(incident.ref in answer for answer in answers)
