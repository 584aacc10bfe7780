"""From a stairwell to a monthly report, through the doors alone: HTTP and the worker's tasks, under a moving clock."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from gup.escalations.models import Escalation
from gup.incidents.enums import PhotoStatus, Status
from gup.incidents.models import Incident
from gup.places.models import QrCode
from gup.reports.enums import ReportStatus
from gup.reports.models import Report, SealedVerdict
from gup.reports.monthly import from_json
from tests.factories import (
    CategoryFactory,
    OrganisationFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    photo_bytes,
    signed_convention,
)
from worker import tasks

# A Thursday morning in Le Lamentin; the repair is promised in 24 hours, the first contact in 4.
REPORTED = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(REPORTED, tick=False) as traveller:
        yield traveller


def _photo(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo_bytes(colour=colour), "image/jpeg")


def _run_the_worker() -> None:
    """Everything beat pokes, once."""
    for task in (
        tasks.hear_beat,
        tasks.escalate,
        tasks.derive_photos,
        tasks.tidy_incidents,
        tasks.close_month,
        tasks.build_reports,
        tasks.deliver_outbox,
    ):
        task.apply(throw=True)


@pytest.mark.django_db
def test_a_dark_stairwell_becomes_a_line_of_the_published_report(clock: time_machine.Traveller) -> None:
    bailleur = OrganisationFactory(name="Bailleur d'essai (ESSAI)")
    residence = ResidenceFactory(bailleur=bailleur)
    convention = signed_convention(bailleur, [residence.quartier], in_force_from=date(2026, 9, 1)).convention
    qr = QrCode.objects.create(residence=residence, spot=SpotFactory(residence=residence, name="Cage A"))
    agent = UserFactory(agent=True, organisation=bailleur)
    manager = UserFactory(manager=True, organisation=bailleur)
    dsu = UserFactory(reviewer=True)
    category = CategoryFactory(name="Éclairage des parties communes")

    # A tenant scans the code and reports, with a photo and an address for news.
    public = Client()
    answer = public.post(
        f"/r/{qr.code}",
        {
            "category": category.slug,
            "spot": qr.spot_id,
            "title": "Cage d'escalier dans le noir",
            "reporter_email": "voisin@essai.example",
            "photos": [_photo("black")],
        },
    )
    assert answer.status_code == 201
    incident = Incident.objects.get()
    follow_up = f"/s/{answer.context['opened'].secret}"
    _run_the_worker()
    assert incident.photos.get().status == PhotoStatus.READY
    assert {message.to[0] for message in mail.outbox} == {"voisin@essai.example", agent.email, manager.email}

    # Nobody moves for five hours: the four hours of first contact have passed, and it is told upwards, once.
    clock.move_to(REPORTED + timedelta(hours=5))
    _run_the_worker()
    _run_the_worker()
    # After a silence the highest level speaks, and the lower one says that it was superseded.
    assert list(Escalation.objects.order_by("level").values_list("level", "is_superseded")) == [(1, True), (2, False)]
    assert f"{incident.ref} : délai dépassé (niveau 2)" in [message.subject for message in mail.outbox]

    # The agent takes it in charge at the desk, and announces the repair through the API with a photo.
    desk = Client()
    desk.force_login(agent)
    incident.refresh_from_db()
    said = {"acknowledge-version": incident.version, "acknowledge-text": "Électricien prévenu."}
    assert desk.post(f"/incidents/{incident.ref}/acknowledge/", said).status_code == 302
    clock.move_to(REPORTED + timedelta(hours=10))
    api = Client(headers={"Authorization": f"Token {Token.objects.create(user=agent).key}"})
    proof = {"proof": _photo("white"), "text": "Minuterie changée."}
    assert api.post(f"/api/v1/incidents/{incident.ref}/resolve", proof).status_code == 200
    _run_the_worker()
    assert any("réparation annoncée" in message.subject for message in mail.outbox)

    # It is dark again: the tenant contests from the secret link, and it is done again.
    clock.move_to(REPORTED + timedelta(hours=20))
    assert public.post(f"{follow_up}/contest", {"text": "Toujours noir au 3e."}).status_code == 302
    clock.move_to(REPORTED + timedelta(hours=30))
    again = {"proof": _photo("yellow"), "text": "Câble repris."}
    assert api.post(f"/api/v1/incidents/{incident.ref}/resolve", again).status_code == 200
    clock.move_to(REPORTED + timedelta(hours=40))
    assert public.post(f"{follow_up}/confirm").status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    # Thirty hours passed, ten of them between an announced repair and its contest: the 24 promised hours were held.
    repaired = incident.clocks.get(stage="resolve")
    assert (repaired.paused_seconds, repaired.lateness_seconds) == (10 * 3600, None)

    # The month ends; in the night of the 1st the drafts are asked for and built.
    clock.move_to(datetime(2026, 10, 1, 5, 0, tzinfo=UTC))
    _run_the_worker()
    report = Report.objects.get(convention=convention)
    assert report.status == ReportStatus.DRAFT

    # The DSU reads held and missed, publishes, and downloads: the page, the API and the CSV say the same figures.
    reviewer = Client()
    reviewer.force_login(dsu)
    ((row, _),) = reviewer.get("/engagements/?month=2026-09").context["lines"]
    assert (row.rates.contractual.held, row.rates.contractual.missed) == (1, 1)
    assert (row.rates.strict.held, row.rates.strict.missed) == (0, 2)
    assert reviewer.post(f"/rapports/{report.pk}/publier/").status_code == 302
    assert SealedVerdict.objects.filter(report=report).count() == row.rates.contractual.decided
    pdf = reviewer.get(f"/rapports/{report.pk}/rapport.pdf").content
    assert pdf.startswith(b"%PDF-")
    assert _held_and_missed(reviewer, report) == (1, 1)
    figures = reviewer.get(f"/rapports/{report.pk}/").context["figures"]
    assert (figures.total.held, figures.total.missed) == (1, 1)
    assert (figures.closures.done, figures.closures.proven, figures.closures.contested) == (2, 2, 1)
    machine = Client(headers={"Authorization": f"Token {Token.objects.create(user=dsu).key}"})
    told = machine.get(f"/api/v1/reports/{report.pk}").json()
    assert from_json(told["figures"]) == figures
    assert told["pdf_sha256"] == hashlib.sha256(pdf).hexdigest()

    # Whatever is computed again is the same.
    call_command("verify_clocks")
    call_command("report", "2026-09", convention=convention.slug, verify=True)
    call_command("verify_audit")


def _held_and_missed(client: Client, report: Report) -> tuple[int, int]:
    """The month's decided clocks as the CSV gives them, over all stages."""
    stored = client.get(f"/rapports/{report.pk}/rapport.csv").content
    rows = list(csv.reader(io.StringIO(stored.decode("utf-8-sig")), delimiter=";"))
    stages = [row for row in rows if row[0] == "étapes"]
    held = sum(int(row[3]) for row in stages if row[2] == "contractuel : tenus")
    missed = sum(int(row[3]) for row in stages if row[2] == "contractuel : dépassés")
    return held, missed
