"""One incident: who reads what, and the verbs said from the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gup.incidents.enums import Status, Visibility
from gup.incidents.models import Incident
from gup.partners.models import AuditEntry
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, photo_bytes

As = Callable[[str], Client]


@pytest.fixture
def incident(desk: Desk) -> Incident:
    made: Incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    return made


def _say(client: Client, incident: Incident, verb: str, **fields: Any) -> Any:
    prefix = verb.replace("-", "_")
    data = {f"{prefix}-{name}": value for name, value in {"version": incident.version, **fields}.items()}
    return client.post(f"/incidents/{incident.ref}/{verb}/", data)


def test_an_agent_takes_in_charge_then_resolves_with_a_photo(desk: Desk, as_: As, incident: Incident) -> None:
    client = as_("agent")
    assert _say(client, incident, "acknowledge", text="On arrive.").status_code == 302
    incident.refresh_from_db()
    photo = SimpleUploadedFile("apres.jpg", photo_bytes(), "image/jpeg")
    assert _say(client, incident, "resolve", reason="done", proof=[photo]).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.is_proven) == (Status.RESOLVED, True)
    assert "On arrive." in client.get(f"/incidents/{incident.ref}/").content.decode()


def test_a_repair_without_photo_nor_words_is_refused_beside_the_field(desk: Desk, as_: As, incident: Incident) -> None:
    page = _say(as_("agent"), incident, "resolve", reason="done")
    assert page.status_code == 400
    assert "Joignez une photo après réparation" in page.content.decode()
    incident.refresh_from_db()
    assert incident.status == Status.OPENED


def test_a_stale_page_writes_nothing_and_keeps_the_words(desk: Desk, as_: As, incident: Incident) -> None:
    read = Incident.objects.get(pk=incident.pk)
    incident.comment(by=desk.people["association"], at=timezone.now(), text="Toujours là.")
    page = _say(as_("agent"), read, "acknowledge", text="Mes mots à moi")
    assert page.status_code == 409
    assert "Mes mots à moi" in page.content.decode()
    assert "a changé depuis" in page.content.decode()
    read.refresh_from_db()
    assert read.status == Status.OPENED


def test_a_verb_said_twice_is_refused_with_what_is_possible(desk: Desk, as_: As, incident: Incident) -> None:
    client = as_("agent")
    _say(client, incident, "acknowledge")
    incident.refresh_from_db()
    page = _say(client, incident, "acknowledge")
    assert page.status_code == 409
    assert "Possible pour vous" in page.content.decode()
    assert incident.events.filter(kind="acknowledged").count() == 1


def test_a_plan_in_the_past_is_refused_with_its_field(desk: Desk, as_: As, incident: Incident) -> None:
    yesterday = timezone.localtime(timezone.now() - timedelta(days=1))
    page = _say(as_("agent"), incident, "plan", planned_for=f"{yesterday:%Y-%m-%dT%H:%M}")
    assert page.status_code == 400
    assert "dans le passé" in page.content.decode()


def test_a_verb_that_is_not_hers_is_refused(desk: Desk, as_: As, incident: Incident) -> None:
    assert _say(as_("association"), incident, "acknowledge").status_code == 400
    incident.refresh_from_db()
    assert incident.status == Status.OPENED


@pytest.mark.parametrize("verb", ["inconnu", "close"])
def test_a_verb_that_no_page_has_is_not_found(desk: Desk, as_: As, incident: Incident, verb: str) -> None:
    assert _say(as_("agent"), incident, verb).status_code == 404


def test_another_bailleur_s_incident_is_not_found(desk: Desk, as_: As) -> None:
    foreign = IncidentFactory(residence=ResidenceFactory(), category=desk.category)
    assert as_("agent").get(f"/incidents/{foreign.ref}/").status_code == 404
    assert _say(as_("agent"), foreign, "acknowledge").status_code == 404


def test_internal_words_stay_inside_their_organisation(desk: Desk, as_: As, incident: Incident) -> None:
    agent = desk.people["agent"]
    incident.comment(by=agent, at=timezone.now(), text="Clé au bureau 3", visibility=Visibility.INTERNAL)
    page = f"/incidents/{incident.ref}/"
    assert "Clé au bureau 3" in as_("manager").get(page).content.decode()
    assert "Clé au bureau 3" not in as_("association").get(page).content.decode()


def test_reading_a_confidential_incident_is_written_in_the_audit_chain(desk: Desk, as_: As) -> None:
    secret = IncidentFactory(
        residence=desk.residence, category=desk.category, by=desk.people["association"], is_confidential=True
    )
    assert as_("agent").get(f"/incidents/{secret.ref}/").status_code == 404
    assert not AuditEntry.objects.exists()
    assert as_("manager").get(f"/incidents/{secret.ref}/").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject) == (desk.people["manager"].email, secret.ref)


def test_the_dsu_transfers_to_a_service_which_then_sees_it(desk: Desk, as_: As, incident: Incident) -> None:
    service = desk.people["service"].memberships.get().organisation
    assert as_("service").get(f"/incidents/{incident.ref}/").status_code == 404
    assert _say(as_("reviewer"), incident, "transfer", to=service.slug, text="Domaine public.").status_code == 302
    assert as_("service").get(f"/incidents/{incident.ref}/").status_code == 200


def test_the_page_of_a_party_without_acronym_shows_its_name() -> None:
    assert OrganisationFactory.build(name="Société d'essai (ESSAI)").short_name == "ESSAI"
    assert OrganisationFactory.build(name="Ville d'essai").short_name == "Ville d'essai"
