"""From the administration's page to the stairwell: blocked with a reason, told, and heard again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gup.incidents.models import Block, Incident
from gup.places.models import QrCode
from tests.factories import CategoryFactory, IncidentFactory, ResidenceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    return client


def _given(**fields: str) -> dict[str, str]:
    until = timezone.localtime() + timedelta(days=2)
    given = {"kind": "network", "value": "127.0.0.1", "reason": "Envois injurieux", "until": f"{until:%Y-%m-%dT%H:%M}"}
    return {**given, **fields}


def test_who_is_blocked_reads_why_and_is_heard_again_once_it_is_lifted(desk: Client) -> None:
    qr, public = QrCode.objects.create(residence=ResidenceFactory()), Client()
    known = IncidentFactory(residence=qr.residence)
    assert desk.post("/blocages/", _given()).status_code == 302
    assert "127.0.0.1/32" in desk.get("/blocages/").content.decode()
    report = {"category": CategoryFactory().slug, "title": "Lumière éteinte"}
    refused = public.post(f"/r/{qr.code}", report)
    assert refused.status_code == 403
    assert "Envois injurieux. Appelez votre bailleur." in refused.content.decode()
    assert "Lumière éteinte" in refused.content.decode()
    assert 'href="tel:18"' in refused.content.decode()
    assert public.post(f"/en/r/{qr.code}/moi-aussi/{known.ref}").status_code == 403
    assert (Incident.objects.count(), known.supporters.count()) == (1, 0)
    assert desk.post(f"/blocages/{Block.objects.get().pk}/lever/").status_code == 302
    assert public.post(f"/r/{qr.code}", report).status_code == 201


def test_what_cannot_be_blocked_names_its_field_and_keeps_the_rest(desk: Client) -> None:
    answer = desk.post("/blocages/", _given(value="nulle part"))
    assert answer.status_code == 400
    assert "Adresse : Écrivez une adresse IP" in answer.content.decode()
    assert "Envois injurieux" in answer.content.decode()
    assert desk.post("/blocages/", _given(until="")).status_code == 400
    assert not Block.objects.exists()
