"""The telephone that a tenant leaves: read by who answers for the incident, by nobody else, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gup.incidents.housekeeping import forget_contacts
from gup.incidents.models import Incident
from gup.places.models import QrCode
from tests.factories import CategoryFactory, IncidentFactory, OrganisationFactory, UserFactory

NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)


def test_only_those_who_answer_read_the_telephone(client: Client, qr: QrCode) -> None:
    given = {"category": CategoryFactory().slug, "title": "Cabine bloquée", "reporter_phone": "+596 696 12-34-56"}
    secret = client.post(f"/r/{qr.code}", given).context["opened"].secret
    incident = Incident.objects.get()
    assert incident.reporter_phone == "+596696123456"
    for address in (f"/r/{qr.code}", f"/s/{secret}"):
        assert "696123456" not in client.get(address).content.decode()
    agent = UserFactory(agent=True, organisation=incident.bailleur)
    readers = {
        agent: True,
        UserFactory(manager=True, organisation=incident.bailleur): True,
        UserFactory(association=True, residences=[incident.residence]): False,
        UserFactory(reviewer=True): False,
    }
    for person, reads in readers.items():
        client.force_login(person)
        page = client.get(f"/incidents/{incident.ref}/").content.decode()
        assert ('href="tel:+596696123456"' in page) is reads, person
    service = OrganisationFactory(city_service=True)
    dsu = UserFactory(reviewer=True)
    incident.transfer(by=dsu, at=timezone.now(), to=service, text="De sa compétence.")
    client.force_login(agent)
    assert "696123456" not in client.get(f"/incidents/{incident.ref}/").content.decode(), "no longer theirs to call"


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "forgotten"), [(89, False), (90, True)])
def test_contacts_are_erased_ninety_days_after_the_closing(days: int, forgotten: bool) -> None:
    left = {"reporter_phone": "0696123456", "reporter_email": "voisine@essai.example"}
    closed, twin, running = (IncidentFactory(at=NOW - timedelta(days=200), **left) for _ in range(3))
    rows = Incident.objects
    rows.filter(pk=closed.pk).update(status="closed", closed_at=NOW - timedelta(days=days))
    rows.filter(pk=twin.pk).update(status="merged", merged_into=closed)
    assert forget_contacts(NOW) == (2 if forgotten else 0)
    kept = list(rows.exclude(reporter_phone="").exclude(reporter_email="").order_by("pk"))
    assert kept == ([running] if forgotten else [closed, twin, running])
    assert forget_contacts(NOW) == 0
