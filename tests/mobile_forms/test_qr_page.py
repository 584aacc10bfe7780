"""The public page behind a QR code, without an account and without JavaScript."""

import gzip
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from gup.conventions.models import Category
from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.notifications.outbox import deliver_due
from gup.places.models import QrCode
from mobile_forms.limits import PER_ADDRESS
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    UserFactory,
    photo_bytes,
)

pytestmark = pytest.mark.django_db


def _given(**fields: Any) -> dict[str, Any]:
    return {"category": CategoryFactory().slug, "title": "Cabine bloquée", **fields}


def _chosen(qr: QrCode, category: Category) -> str:
    return f"/r/{qr.code}?famille={category.family.slug}"


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
    category = CategoryFactory()
    for address, asked in (
        (f"/r/{qr.code}", 'class="families"'),
        (_chosen(qr, category), 'id="signaler" method="post"'),
    ):
        page = client.get(address).content.decode()
        assert page.index('href="tel:18"') < page.index(asked)


def test_a_picture_leads_to_the_categories_of_its_family(client: Client, qr: QrCode) -> None:
    lift, light = CategoryFactory(name="Ascenseur arrêté"), CategoryFactory(name="Ampoule grillée")
    page = client.get(f"/r/{qr.code}").content.decode()
    assert all(f"?famille={each.family.slug}#signaler" in page for each in (lift, light))
    chosen = client.get(_chosen(qr, lift)).content.decode()
    assert "Ascenseur arrêté" in chosen
    assert "Ampoule grillée" not in chosen
    assert 'class="families"' in client.get(f"/r/{qr.code}?famille=inconnue").content.decode()
    assert client.post(f"/r/{qr.code}", {"title": "x"}).status_code == 400


def test_what_is_known_already_is_shown_before_anything_is_recorded(client: Client, qr: QrCode) -> None:
    known = IncidentFactory(residence=qr.residence, spot=qr.spot)
    given = _given(category=known.category.slug, spot=str(qr.spot_id), title="Encore", description="Depuis lundi")
    page = client.post(f"/r/{qr.code}", given)
    assert page.status_code == 409
    assert Incident.objects.count() == 1
    since = date_format(timezone.localtime(known.reported_at), "j F")
    assert all(
        words in page.content.decode() for words in ("Est-ce déjà signalé ?", "Moi aussi", "Depuis lundi", since)
    )
    assert "<img" not in page.content.decode().split("<main")[1], "no photo of anybody"
    assert client.post(f"/r/{qr.code}", {**given, "is_another": "on"}).status_code == 201
    assert Incident.objects.count() == 2


def test_one_page_sent_twice_is_one_report_and_the_same_link(client: Client, qr: QrCode) -> None:
    """The answer was lost on the way: the second sending tells what the first one would have."""
    given = _given(sending=str(uuid.uuid4()), reporter_email="voisine@essai.example")
    first, second = (client.post(f"/r/{qr.code}", given) for _ in range(2))
    assert (first.status_code, second.status_code, Incident.objects.count()) == (201, 201, 1)
    assert _secret(first) == _secret(second)
    # A step back, other words: another report.
    other = client.post(f"/r/{qr.code}", {**given, "title": "Autre chose", "is_another": "on"})
    assert (other.status_code, Incident.objects.count()) == (201, 2)


def test_the_mail_that_tells_of_the_repair_opens_the_follow_up_of_who_has_no_account(
    client: Client, qr: QrCode
) -> None:
    page = client.post(f"/r/{qr.code}", _given(reporter_email="voisine@essai.example"))
    incident = Incident.objects.get()
    incident.resolve(by=UserFactory(agent=True, organisation=incident.bailleur), at=timezone.now(), text="Fait.")
    deliver_due(timezone.now())
    told = [str(each.body) for each in mail.outbox if each.to == ["voisine@essai.example"]]
    assert len(told) == 2
    assert all(_secret(page) in body for body in told)
    assert all(f"/incidents/{incident.ref}" not in body for body in told)


def test_still_there_is_told_to_who_may_contest_once_a_browser_and_a_repair(client: Client, qr: QrCode) -> None:
    association = UserFactory(association=True, residences=[qr.residence])
    incident = IncidentFactory(residence=qr.residence, by=association)
    agent = UserFactory(agent=True, organisation=incident.bailleur)
    incident.resolve(by=agent, at=timezone.now(), text="Fait.")
    assert "Toujours là" in client.get(f"/r/{qr.code}").content.decode()
    address = f"/r/{qr.code}/moi-aussi/{incident.ref}"
    assert "le bailleur le savent" in client.post(address).content.decode()
    assert "déjà dit" in client.post(address).content.decode()
    assert incident.events.filter(kind="still_there").count() == 1
    assert incident.supporters.count() == 1
    deliver_due(timezone.now())
    told = {each.to[0] for each in mail.outbox if "toujours là" in each.subject}
    assert told == {association.email, agent.email}
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED, "a passer-by reopens nothing"


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
    given = _given(description="Depuis ce matin")
    family = CategoryFactory._meta.model.objects.get(slug=given["category"]).family.slug
    page = client.post(f"/r/{qr.code}?famille={family}", {**given, field: value})
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
    given = _given(is_another="on")
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


def test_the_follow_up_says_what_is_promised_and_why_it_waits(client: Client, qr: QrCode) -> None:
    secret = _secret(client.post(f"/r/{qr.code}", _given()))
    assert "Prise en charge" in client.get(f"/s/{secret}").content.decode()
    incident = Incident.objects.get()
    agent = UserFactory(agent=True, organisation=incident.bailleur)
    incident.acknowledge(by=agent, at=timezone.now())
    incident.hold(by=agent, at=timezone.now(), reason="parts", text="Pièce commandée.")
    page = client.get(f"/s/{secret}").content.decode()
    assert "En attente" in page
    assert "Rétablissement" in page


def test_a_first_visit_weighs_little(client: Client, qr: QrCode) -> None:
    """What a phone fetches for the form: the page and all that it names, compressed as it is served; 60 kB at most."""
    page = client.get(_chosen(qr, CategoryFactory())).content
    names = set(re.findall(r'/static/(gup/[^"#]+)', page.decode()))
    assert {"gup/css/public.css", "gup/js/photos.js", "gup/icons.svg"} <= names
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    assert sum(len(gzip.compress(each)) for each in (page, *files)) < 60_000


@pytest.mark.parametrize("wild", ["%00", "%F0%9F%90%80", "a" * 5_000, "..%2F..", "%27%22%3C"])
def test_a_wild_address_is_never_an_error_of_ours(client: Client, qr: QrCode, wild: str) -> None:
    for address in (f"/r/{qr.code}?famille={wild}", f"/r/{wild}", f"/s/{wild}", f"/r/{qr.code}?lang={wild}"):
        assert client.get(address).status_code in (200, 404), address
    assert client.post(f"/r/{qr.code}", {"category": "\x00", "title": "x"}).status_code == 400
    assert client.post(f"/r/{qr.code}/moi-aussi/{wild}").status_code in (403, 404)
