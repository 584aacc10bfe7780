"""The public page behind a QR code, without an account and without JavaScript."""

from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.notifications.outbox import deliver_due
from gup.places.models import QrCode
from mobile_forms.limits import PER_ADDRESS
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    photo_bytes,
    signed_convention,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def qr() -> QrCode:
    residence = ResidenceFactory()
    signed_convention(residence.managements.get().bailleur, [residence.quartier])
    return QrCode.objects.create(residence=residence, spot=SpotFactory(residence=residence))


def _given(**fields: Any) -> dict[str, Any]:
    return {"category": CategoryFactory().slug, "title": "Cabine bloquée", **fields}


def _secret(page: Any) -> str:
    secret: str = page.context["opened"].secret
    return secret


def test_a_tenant_reports_and_follows_by_a_secret_link(client: Client, qr: QrCode) -> None:
    photo = SimpleUploadedFile("p.jpg", photo_bytes(), "image/jpeg")
    page = client.post(f"/r/{qr.code}", _given(photos=[photo], reporter_email="voisine@essai.example"))
    incident = Incident.objects.get()
    assert page.status_code == 201
    assert incident.ref in page.content.decode()
    assert incident.photos.count() == 1
    followed = client.get(f"/s/{_secret(page)}")
    assert incident.ref in followed.content.decode()
    deliver_due(timezone.now())
    assert _secret(page) in str(mail.outbox[0].body)
    assert incident.ref in mail.outbox[0].subject


def test_emergency_numbers_come_before_the_form(client: Client, qr: QrCode) -> None:
    page = client.get(f"/r/{qr.code}").content.decode()
    assert page.index('href="tel:18"') < page.index("<form class=")


def test_what_is_known_is_shown_without_words_of_people(client: Client, qr: QrCode) -> None:
    known = IncidentFactory(residence=qr.residence, title="Chez la dame du 3e", description="Nom et étage")
    IncidentFactory(residence=qr.residence, title="Conflit", is_confidential=True, category=known.category)
    page = client.get(f"/r/{qr.code}").content.decode()
    assert page.count("Moi aussi") == 1
    assert "Chez la dame du 3e" not in page
    assert "Nom et étage" not in page


def test_moi_aussi_counts_a_browser_once(client: Client, qr: QrCode) -> None:
    known = IncidentFactory(residence=qr.residence)
    for _ in range(2):
        assert client.post(f"/r/{qr.code}/moi-aussi/{known.ref}").status_code == 200
    assert known.supporters.count() == 1
    assert Client().post(f"/r/{qr.code}/moi-aussi/{known.ref}").status_code == 200
    assert known.supporters.count() == 2


def test_a_revoked_code_says_so_and_an_unknown_one_is_not_found(client: Client, qr: QrCode) -> None:
    QrCode.objects.filter(pk=qr.pk).update(revoked_at=timezone.now())
    assert client.get(f"/r/{qr.code}").status_code == 410
    assert client.post(f"/r/{qr.code}", {"title": "x"}).status_code == 410
    assert client.get("/r/nimporte").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("category", "inconnue"), ("title", ""), ("title", "x" * 141), ("reporter_email", "pas une adresse")],
)
def test_bad_input_names_its_field_and_keeps_the_rest(client: Client, qr: QrCode, field: str, value: str) -> None:
    page = client.post(f"/r/{qr.code}", _given(description="Depuis ce matin", **{field: value}))
    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert "Depuis ce matin" in page.content.decode()
    assert not Incident.objects.exists()


def test_a_machine_that_fills_the_hidden_field_is_told_why(client: Client, qr: QrCode) -> None:
    page = client.post(f"/r/{qr.code}", _given(website="http://exemple"))
    assert page.status_code == 400
    assert "robot" in page.content.decode()
    assert not Incident.objects.exists()


def test_a_bad_photo_never_costs_the_report(client: Client, qr: QrCode) -> None:
    page = client.post(f"/r/{qr.code}", _given(photos=[SimpleUploadedFile("p.jpg", b"rien", "image/jpeg")]))
    assert page.status_code == 201
    assert "pas été gardée" in page.content.decode()
    assert Incident.objects.count() == 1


def test_a_flood_is_stopped_with_words(client: Client, qr: QrCode) -> None:
    given = _given()
    for _ in range(PER_ADDRESS):
        assert client.post(f"/r/{qr.code}", given).status_code == 201
    page = client.post(f"/r/{qr.code}", given)
    assert page.status_code == 429
    assert "Réessayez plus tard" in page.content.decode()
    assert Incident.objects.count() == PER_ADDRESS


def test_the_reporter_contests_then_confirms(client: Client, qr: QrCode) -> None:
    secret = _secret(client.post(f"/r/{qr.code}", _given()))
    incident = Incident.objects.get()
    agent = UserFactory(agent=True, organisation=incident.bailleur)
    assert client.post(f"/s/{secret}/confirm").status_code == 409
    incident.resolve(by=agent, at=timezone.now(), text="Fait par Untel du service.")
    assert client.post(f"/s/{secret}/contest", {"text": ""}).status_code == 400
    assert client.post(f"/s/{secret}/contest", {"text": "Toujours en panne."}).status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.REOPENED
    incident.resolve(by=agent, at=timezone.now(), text="Cette fois oui.")
    assert client.post(f"/s/{secret}/confirm").status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    assert str(agent) not in client.get(f"/s/{secret}").content.decode()


@pytest.mark.parametrize("address", ["/s/faux", "/s/faux/confirm", "/s/faux/inconnu"])
def test_a_wrong_secret_opens_nothing(client: Client, address: str) -> None:
    answer = client.get(address) if address == "/s/faux" else client.post(address)
    assert answer.status_code == 404


def test_a_partner_who_scans_the_code_may_record_a_passage_and_nobody_else_is_asked(client: Client, qr: QrCode) -> None:
    link = f"/passages/nouveau/?code={qr.code}"
    assert link not in client.get(f"/r/{qr.code}").content.decode()
    client.force_login(UserFactory(association=True, residences=[qr.residence]))
    assert link not in client.get(f"/r/{qr.code}").content.decode()
    client.force_login(UserFactory(agent=True, organisation=qr.residence.managements.get().bailleur))
    assert link in client.get(f"/r/{qr.code}").content.decode()
