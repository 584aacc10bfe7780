"""One incident: who reads what, and the verbs said from the page."""

import re
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


def test_a_stale_page_shows_what_changed_beside_what_was_typed_and_sends_again(
    desk: Desk, as_: As, incident: Incident
) -> None:
    read, client = Incident.objects.get(pk=incident.pk), as_("agent")
    incident.comment(by=desk.people["manager"], at=timezone.now(), text="Pièce commandée.", visibility="internal")
    page = _say(client, read, "comment", text="Mes mots à moi", visibility="partners").content.decode()
    changed, typed = page.split("Ce que vous avez écrit")[0], page.split("Ce que vous avez écrit")[1]
    assert "Pièce commandée." in changed
    assert "Mes mots à moi" in typed
    assert re.search(r'value="partners"[^>]* checked', typed)
    assert "Envoyer quand même" in typed
    assert page.count('name="comment-text"') == 1
    incident.refresh_from_db()
    assert f'name="comment-version" value="{incident.version}"' in typed
    assert _say(client, incident, "comment", text="Mes mots à moi", visibility="partners").status_code == 302


def test_a_stale_page_offers_no_verb_that_is_over(desk: Desk, as_: As, incident: Incident) -> None:
    read = Incident.objects.get(pk=incident.pk)
    incident.acknowledge(by=desk.people["manager"], at=timezone.now())
    page = _say(as_("agent"), read, "acknowledge", text="Mes mots à moi").content.decode()
    assert "n'est plus possible dans cet état" in page.replace("&#x27;", "'")
    assert "Mes mots à moi" in page
    assert "Envoyer quand même" not in page


def test_a_stale_page_does_not_tell_another_organisation_s_internal_words(
    desk: Desk, as_: As, incident: Incident
) -> None:
    read = Incident.objects.get(pk=incident.pk)
    incident.comment(by=desk.people["agent"], at=timezone.now(), text="Clé au bureau 3", visibility="internal")
    page = _say(as_("association"), read, "comment", text="Et alors ?", visibility="public").content.decode()
    assert "Clé au bureau 3" not in page
    assert "a ajouté une note interne" in page


def test_each_line_of_the_history_says_who_reads_it(desk: Desk, as_: As, incident: Incident) -> None:
    for words, visibility in (("À tous", "public"), ("Entre nous", "partners"), ("Chez nous", "internal")):
        incident.comment(by=desk.people["agent"], at=timezone.now(), text=words, visibility=visibility)
    page = as_("agent").get(f"/incidents/{incident.ref}/").content.decode()
    for words, label in (("À tous", "Public"), ("Entre nous", "Partenaires"), ("Chez nous", "Interne")):
        line = next(each for each in page.split("<li") if words in each)
        assert f"{label}</span>" in line


def test_an_association_s_comment_is_for_everybody_and_asks_nothing(desk: Desk, as_: As, incident: Incident) -> None:
    client = as_("association")
    page = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert 'type="hidden" name="comment-visibility" value="public"' in page
    assert _say(client, incident, "comment", text="Bonjour", visibility="internal").status_code == 400
    assert _say(client, incident, "comment", text="Bonjour", visibility="public").status_code == 302


def test_a_likely_duplicate_is_shown_and_merged_by_its_button(desk: Desk, as_: As, incident: Incident) -> None:
    again = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    other = IncidentFactory(residence=ResidenceFactory(bailleur=desk.bailleur), category=desk.category)
    client, page = as_("agent"), f"/incidents/{again.ref}/"
    shown = client.get(page).content.decode()
    assert f"Rattacher à {incident.ref}" in shown
    assert f"Rattacher à {other.ref}" not in shown
    assert "Peut-être le même problème" not in as_("association").get(page).content.decode()
    assert _say(client, again, "merge-into", master=incident.ref).status_code == 302
    again.refresh_from_db()
    assert (again.status, again.merged_into) == (Status.MERGED, incident)


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
