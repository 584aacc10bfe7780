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
