"""The repair is given to a company: a link, a day, photos, done; the agent announces it, and the link is dead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gup.incidents.enums import EventKind, Status
from gup.incidents.housekeeping import forget_contacts
from gup.incidents.models import Incident, WorkOrder
from gup.incidents.photo_queue import derive_waiting
from gup.incidents.work_orders import give, link_of, revoke
from gup.notifications.models import OutboxMessage
from gup.notifications.outbox import deliver_due
from gup.partners.models import AuditEntry
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, OrganisationFactory, photo_bytes

As = Callable[[str], Client]
NOON = datetime(2026, 9, 10, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASKED = {"company": "Ascenseurs du Sud", "request": "Remettre en marche l'ascenseur A."}


@pytest.fixture
def incident(desk: Desk) -> Incident:
    made: Incident = IncidentFactory(
        residence=desk.residence,
        category=desk.category,
        by=desk.people["association"],
        title="Ascenseur bloqué",
        at=NOON,
    )
    return made


@pytest.fixture
def order(desk: Desk, incident: Incident) -> WorkOrder:
    agent = desk.people["agent"]
    return give(
        incident,
        by=agent,
        at=NOON,
        email="atelier@essai.example",
        company=ASKED["company"],
        request=ASKED["request"],
    )


def _opened(order: WorkOrder) -> Client:
    """The company's browser, once the button of the link has been pressed."""
    company = Client()
    company.post(_path(order))
    return company


def _path(order: WorkOrder) -> str:
    return "/intervention/" + link_of(order).rpartition("/")[2]


def _photo(colour: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo_bytes(colour=colour), "image/jpeg")


@time_machine.travel(NOON + timedelta(minutes=1), tick=False)
def test_an_agent_gives_the_work_and_sees_the_link_again(desk: Desk, as_: As, incident: Incident) -> None:
    address = f"/incidents/{incident.ref}/interventions/"
    assert address in as_("agent").get(f"/incidents/{incident.ref}/").content.decode()
    given = {**ASKED, "version": incident.version, "email": "atelier@essai.example"}
    answer = as_("agent").post(address, given)
    order = WorkOrder.objects.get()
    assert answer["Location"] == f"{address}{order.uuid}/"
    assert link_of(order) in as_("agent").get(answer["Location"]).content.decode()
    assert order.expires_at == timezone.now() + timedelta(days=14)
    message = OutboxMessage.objects.get(topic="work_order")
    assert link_of(order) in message.body
    assert "Ascenseur bloqué" not in message.subject + message.body
    deliver_due(timezone.now())
    message.refresh_from_db()
    assert (message.sent_at is not None, message.body) == (True, "")
    # The same page sent twice gives the work once.
    again = as_("agent").post(address, given)
    assert (again.status_code, WorkOrder.objects.count()) == (409, 1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"company": " "}, "Ce champ est obligatoire"),
        ({"request": "\u200b"}, "Dites à l'entreprise ce qui est demandé."),
        ({"email": "atelier"}, "e-mail valide"),
        ({"expires_at": "2026-09-01T10:00"}, "Le lien expire après aujourd'hui"),
        ({"expires_at": "2027-09-01T10:00"}, "Le lien expire après aujourd'hui"),
    ],
)
@time_machine.travel(NOON + timedelta(minutes=1), tick=False)
def test_a_request_that_says_too_little_is_shown_again(
    as_: As, incident: Incident, wrong: dict[str, str], told: str
) -> None:
    given = {**ASKED, "version": incident.version, **wrong}
    answer = as_("agent").post(f"/incidents/{incident.ref}/interventions/", given)
    assert answer.status_code == 400
    assert told in answer.content.decode().replace("&#x27;", "'")
    assert not WorkOrder.objects.exists()


@time_machine.travel(NOON + timedelta(hours=1), tick=False)
def test_the_link_alone_shows_a_button_and_nothing_of_the_incident(incident: Incident, order: WorkOrder) -> None:
    company = Client()
    door = company.get(_path(order))
    assert "Ouvrir la demande" in door.content.decode()
    for secret in (incident.ref, str(incident.residence), ASKED["request"]):
        assert secret not in door.content.decode()
    assert (door["Cache-Control"], door["Referrer-Policy"]) == ("no-store", "same-origin")
    order.refresh_from_db()
    assert order.opened_at is None
    assert company.get(f"/intervention/suivi/{order.pk}/").status_code == 404
    page = company.post(_path(order), follow=True).content.decode().replace("&#x27;", "'")
    assert ASKED["request"] in page
    # What tenants wrote stays with the partners.
    assert "Ascenseur bloqué" not in page
    order.refresh_from_db()
    assert order.opened_at is not None


def test_the_company_accepts_sends_photos_says_done_and_the_agent_announces_the_repair(
    desk: Desk, as_: As, incident: Incident, order: WorkOrder
) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        company = _opened(order)
        follow = f"/intervention/suivi/{order.pk}/"
        company.post(f"{follow}accepter/", {"accepter-planned_for": "2026-09-11T08:00"})
        order.refresh_from_db()
        assert order.planned_for == datetime(2026, 9, 11, 12, 0, tzinfo=UTC)
        assert "intervention acceptée" in OutboxMessage.objects.filter(topic="work_order").latest("id").subject
    with time_machine.travel(NOON + timedelta(hours=20), tick=False):
        nothing = company.post(f"{follow}faite/", {"faite-text": "Carte changée."})
        assert nothing.status_code == 400
        assert "Joignez au moins une photo après réparation." in nothing.content.decode()
        done = company.post(f"{follow}faite/", {"faite-text": "Carte changée.", "faite-photos": _photo()})
        assert done.status_code == 302
        derive_waiting()
        page = company.get(follow).content.decode()
        assert "Votre photo" in page
        assert "Déclarer l'intervention faite" not in page.replace("&#x27;", "'")
        incident.refresh_from_db()
        # The company's word closes nothing and stops no clock.
        assert incident.status == Status.OPENED
        assert not incident.clocks.exclude(stopped_at=None).filter(stage="resolve").exists()
        said = {"resolve-version": incident.version, "resolve-reason": "done"}
        assert as_("agent").post(f"/incidents/{incident.ref}/resolve/", said).status_code == 302
        incident.refresh_from_db()
        assert (incident.status, incident.is_proven) == (Status.RESOLVED, True)
        assert company.get(follow).status_code == 410
        assert Client().get(_path(order)).status_code == 410
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"intervention confiée", "intervention ouverte"}


@pytest.mark.parametrize(
    "ended",
    [
        lambda order, desk: revoke(order, by=desk.people["manager"], at=NOON + timedelta(hours=2)),
        lambda order, desk: WorkOrder.objects.filter(pk=order.pk).update(expires_at=NOON + timedelta(hours=2)),
        lambda order, desk: order.incident.transfer(
            by=desk.people["manager"],
            at=NOON + timedelta(hours=2),
            to=OrganisationFactory(city_service=True),
            text="T.",
        ),
        lambda order, desk: Incident.objects.filter(pk=order.incident_id).update(is_confidential=True),
    ],
    ids=["withdrawn", "expired", "transferred", "confidential"],
)
def test_what_has_ended_opens_nothing_even_for_who_had_opened_it(
    desk: Desk, order: WorkOrder, ended: Callable[[WorkOrder, Desk], Any]
) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        company = _opened(order)
        assert company.get(f"/intervention/suivi/{order.pk}/").status_code == 200
    ended(order, desk)
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        answer = company.post(f"/intervention/suivi/{order.pk}/photos/", {"photos-photos": _photo()})
        assert answer.status_code == 410
        assert "Demandez un autre lien" in answer.content.decode()
        assert company.get(_path(order)).status_code == 410
    assert not order.incident.photos.exists()


def test_the_cookie_of_one_order_opens_no_other(desk: Desk, incident: Incident, order: WorkOrder) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        incident.refresh_from_db()
        other = give(incident, by=desk.people["agent"], at=timezone.now(), company="Peinture", request="Repeindre.")
        company = _opened(order)
        cookie = company.cookies[f"gup-intervention-{order.pk}"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        company.cookies[f"gup-intervention-{other.pk}"] = cookie.value
        assert company.get(f"/intervention/suivi/{other.pk}/").status_code == 404
        company.cookies[f"gup-intervention-{order.pk}"] = cookie.value + "x"
        assert company.get(f"/intervention/suivi/{order.pk}/").status_code == 404


def test_what_is_confidential_is_given_to_no_company(desk: Desk, as_: As) -> None:
    secret = IncidentFactory(residence=desk.residence, category=desk.category, is_confidential=True)
    assert as_("manager").get(f"/incidents/{secret.ref}/interventions/").status_code == 404
    assert "Confier à une entreprise" not in as_("manager").get(f"/incidents/{secret.ref}/").content.decode()


def test_a_photo_that_is_none_is_named_and_a_past_day_too(order: WorkOrder) -> None:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        company, follow = _opened(order), f"/intervention/suivi/{order.pk}/"
        text = SimpleUploadedFile("a.jpg", b"bonjour", "image/jpeg")
        answer = company.post(f"{follow}photos/", {"photos-photos": text})
        assert answer.status_code == 400
        assert "n'est pas une photo" in answer.content.decode().replace("&#x27;", "'")
        past = company.post(f"{follow}accepter/", {"accepter-planned_for": "2026-09-01T08:00"})
        assert (past.status_code, "La date prévue est dans le passé." in past.content.decode()) == (400, True)
        assert company.post(f"{follow}demolir/").status_code == 404
    assert not order.incident.events.filter(kind=EventKind.PHOTO_ADDED).exists()


def test_the_company_s_address_is_forgotten_with_the_reporter_s(
    desk: Desk, incident: Incident, order: WorkOrder
) -> None:
    incident.refresh_from_db()
    incident.decline(by=desk.people["agent"], at=NOON + timedelta(days=1), reason="refused", text="Non.")
    forget_contacts(NOON + timedelta(days=60))
    order.refresh_from_db()
    assert order.email == "atelier@essai.example"
    forget_contacts(NOON + timedelta(days=92))
    order.refresh_from_db()
    assert order.email == ""
