"""One incident through a wait, a contest, a duplicate, an amendment and a sealed month: every door says the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from gup.conventions.amendments import activate
from gup.conventions.enums import StageChoice
from gup.conventions.models import ConventionVersion
from gup.incidents.models import Clock, Incident
from gup.partners.models import User
from gup.reports.models import Report, SealedVerdict
from gup.reports.monthly import MonthlyFigures
from tests.factories import (
    HOUR,
    CategoryFactory,
    CommitmentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    photo_bytes,
    signed_convention,
)
from worker import tasks

# A Thursday morning in Le Lamentin; the repair is promised in 72 hours of the clock on the wall.
REPORTED = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
URL = "/api/v1/incidents"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(REPORTED, tick=False) as traveller:
        yield traveller


def _caller(user: User) -> Client:
    token, _ = Token.objects.get_or_create(user=user)
    return Client(headers={"Authorization": f"Token {token.key}"})


def _at_the_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _run_the_worker() -> None:
    for task in (tasks.recalculate, tasks.escalate, tasks.derive_photos, tasks.close_month, tasks.build_reports):
        task.apply(throw=True)


def _say(by: User, incident: Incident, verb: str, **given: object) -> None:
    answer = _caller(by).post(f"{URL}/{incident.ref}/{verb}", given, content_type="application/json")
    assert answer.status_code == 200, answer.content


def _report(dsu: User, month: str) -> tuple[Report, MonthlyFigures]:
    """A month's report as its page shows it."""
    report = Report.objects.get(convention__isnull=False, month=f"{month}-01")
    figures: MonthlyFigures = _at_the_desk(dsu).get(f"/rapports/{report.pk}/").context["figures"]
    return report, figures


@pytest.mark.django_db
def test_a_repair_argued_over_for_a_month_has_one_verdict_on_every_screen(clock: time_machine.Traveller) -> None:
    bailleur = OrganisationFactory(name="Bailleur d'essai (ESSAI)")
    residence = ResidenceFactory(bailleur=bailleur)
    signed = signed_convention(
        bailleur, [residence.quartier], hours={StageChoice.RESOLVE: 72}, in_force_from=date(2026, 9, 1)
    )
    category = CategoryFactory(name="Porte de hall")
    agent = UserFactory(agent=True, organisation=bailleur)
    association = UserFactory(association=True, residences=[residence])
    dsu, administrator = UserFactory(reviewer=True), UserFactory(administrator=True)

    # A neighbour reported the same door two hours earlier: merged, the later one is due two hours sooner.
    clock.move_to(REPORTED - timedelta(hours=2))
    given = {"residence": residence.slug, "category": category.slug, "title": "Porte cassée"}
    first = _caller(association).post(URL, given, content_type="application/json")
    clock.move_to(REPORTED)
    second = _caller(association).post(URL, given | {"title": "Porte du hall A"}, content_type="application/json")
    duplicate, incident = (Incident.objects.get(ref=answer.json()["ref"]) for answer in (first, second))
    repair = incident.clocks.get(stage="resolve")
    assert repair.due_at == REPORTED + timedelta(hours=72)
    _say(agent, duplicate, "merge-into", master=incident.ref)
    assert _repair(incident).due_at == REPORTED + timedelta(hours=70)
    assert duplicate.clocks.get(stage="resolve").cancelled_at == REPORTED

    # Nobody opens the door to the locksmith for twelve hours, with a photo to prove it: the due waits as long.
    clock.move_to(REPORTED + timedelta(hours=10))
    photo = SimpleUploadedFile("photo.jpg", photo_bytes(), "image/jpeg")
    assert _caller(agent).post(f"{URL}/{incident.ref}/photos", {"photo": photo, "kind": "access"}).status_code == 201
    incident.refresh_from_db()
    _say(agent, incident, "acknowledge")
    _say(agent, incident, "hold", reason="access_refused", text="Local fermé.")
    assert _repair(incident).due_at is None
    clock.move_to(REPORTED + timedelta(hours=22))
    _say(agent, incident, "resume")
    assert _repair(incident).due_at == REPORTED + timedelta(hours=82)

    # Repaired, contested a day later: the same delay goes on, less that day.
    clock.move_to(REPORTED + timedelta(hours=40))
    _say(agent, incident, "resolve", text="Serrure changée.")
    clock.move_to(REPORTED + timedelta(hours=64))
    _say(association, incident, "contest", text="Elle ne ferme toujours pas.")
    assert _repair(incident).due_at == REPORTED + timedelta(hours=106)

    # The amendment gives 96 hours and applies to what is open: counted from the start, not before its day.
    amendment: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2026, 9, 14),
        applies_to_open=True,
        quartiers=[residence.quartier],
    )
    CommitmentFactory(version=amendment, target=96 * HOUR)
    activate(amendment, by=administrator, at=REPORTED + timedelta(hours=64))
    clock.move_to(datetime(2026, 9, 14, 4, 0, tzinfo=UTC))
    _run_the_worker()
    repair = _repair(incident)
    assert repair.commitment.version == amendment
    assert repair.due_at == REPORTED + timedelta(hours=94 + 12 + 24)

    # Nobody comes any more. September closes with one missed repair, and the DSU publishes it.
    clock.move_to(datetime(2026, 10, 1, 5, 0, tzinfo=UTC))
    _run_the_worker()
    september, figures = _report(dsu, "2026-09")
    assert (figures.total.held, figures.total.missed) == (0, 1)
    (line,) = figures.missed
    assert (line.reference, line.due, line.stopped) == (incident.ref, repair.due_at, None)
    assert _at_the_desk(dsu).post(f"/rapports/{september.pk}/publier/").status_code == 302
    assert SealedVerdict.objects.get(report=september).was_held is False
    ((row, _),) = _at_the_desk(dsu).get("/engagements/?month=2026-09").context["lines"]
    assert (row.rates.contractual.held, row.rates.contractual.missed) == (0, 1)
    (told,) = [
        each
        for each in _caller(dsu).get(f"{URL}/{incident.ref}/clocks").json()["results"]
        if each["stage"] == "resolve"
    ]
    assert (told["verdict"], told["due_at"]) == ("missed", "2026-09-15T22:00:00Z")

    # Repaired in October: listed there as already counted; what is sealed stays, digest and all.
    clock.move_to(datetime(2026, 10, 5, 12, 0, tzinfo=UTC))
    incident.refresh_from_db()
    _say(agent, incident, "resolve", text="Porte remplacée.")
    _say(association, incident, "confirm")
    clock.move_to(datetime(2026, 11, 1, 5, 0, tzinfo=UTC))
    _run_the_worker()
    _, october = _report(dsu, "2026-10")
    assert (october.total.decided, [each.reference for each in october.late_resolved]) == (0, [incident.ref])
    assert october.late_resolved[0].lateness_seconds == 19 * 86400 + 14 * HOUR
    assert october.corrections == []
    call_command("verify_clocks")
    call_command("report", "2026-09", convention=signed.convention.slug, verify=True)


def _repair(incident: Incident) -> Clock:
    return incident.clocks.select_related("commitment__version").get(stage="resolve")
