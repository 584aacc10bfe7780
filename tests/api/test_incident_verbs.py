"""Each verb at its own address: who may say it, what it takes, and what it leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from gup.incidents.enums import PhotoKind, Status, Verb
from gup.incidents.lifecycle import TRANSITIONS
from gup.incidents.models import Incident, IncidentEvent
from tests.api.conftest import Commune
from tests.factories import CategoryFactory, OrganisationFactory, UserFactory, minutes_ago, photo_bytes

As = Callable[[str | None], APIClient]

# Said by the machine alone, at an address of its own, or in front of a poster without an account.
NOT_ACTIONS = {Verb.CLOSE, Verb.ADD_PHOTO, Verb.STILL_THERE}
SPOKEN = [verb for verb in Verb if verb not in NOT_ACTIONS]
WHO = [None, "association", "agent", "manager", "service", "reviewer", "administrator", "committee"]
STRANGERS = ["stranger_association", "stranger_manager", "nobody", "service", "committee"]


def address(incident: Incident, verb: Verb) -> str:
    return f"/api/v1/incidents/{incident.ref}/{verb.value.replace('_', '-')}"


def in_status(commune: Commune, status: Status) -> Incident:
    """An incident brought to a status by its own verbs."""
    incident, agent = commune.incident(), commune.people["agent"]
    if status == Status.MERGED:
        incident.merge_into(commune.incident(), by=agent, at=minutes_ago(60))
    if status in (Status.ACKNOWLEDGED, Status.ON_HOLD):
        incident.acknowledge(by=agent, at=minutes_ago(90))
    if status == Status.PLANNED:
        incident.plan(by=agent, at=minutes_ago(90), planned_for=timezone.now())
    if status == Status.ON_HOLD:
        incident.hold(by=agent, at=minutes_ago(80), reason="legal_notice", text="Mise en demeure envoyée")
    if status in (Status.RESOLVED, Status.CLOSED, Status.REOPENED):
        incident.resolve(by=agent, at=minutes_ago(70), text="Carte changée")
    if status == Status.CLOSED:
        incident.confirm(by=commune.people["association"], at=minutes_ago(60))
    if status == Status.REOPENED:
        incident.contest(by=commune.people["association"], at=minutes_ago(60), text="Toujours bloqué")
    assert incident.status == status
    return incident


def bodies(commune: Commune, incident: Incident) -> dict[Verb, dict[str, Any]]:
    """A right body for each verb that needs one."""
    ahead = (timezone.now() + timedelta(days=2)).isoformat()
    clock = incident.clocks.first()
    return {
        Verb.PLAN: {"planned_for": ahead},
        Verb.HOLD: {"reason": "parts", "text": "Pièce commandée"},
        Verb.RESOLVE: {"text": "Carte changée"},
        Verb.DECLINE: {"reason": "refused", "text": "Hors du bail"},
        Verb.CONTEST: {"text": "Toujours bloqué"},
        Verb.REOPEN: {"text": "Panne revenue"},
        Verb.TRANSFER: {"to": "voirie", "text": "Voie publique"},
        Verb.PROPOSE_TRANSFER: {"to": "voirie", "text": "Voie publique"},
        Verb.MERGE: {"master": commune.incident().ref},
        Verb.REPRIORITISE: {"priority": "danger", "text": "Personne bloquée"},
        Verb.REQUALIFY: {"category": CategoryFactory().slug},
        Verb.ASSIGN: {"to": commune.people["agent"].email},
        Verb.ARBITRATE: {"clock": clock.pk if clock else 1, "text": "Alerte cyclonique"},
        Verb.COMMENT: {"text": "Bien reçu"},
    }


def first_status(verb: Verb) -> Status:
    return next(iter(TRANSITIONS[verb].moves))


@pytest.mark.parametrize("verb", SPOKEN)
def test_each_verb_is_open_to_whom_the_table_names_and_to_nobody_else(as_: As, commune: Commune, verb: Verb) -> None:
    for who in WHO:
        incident = in_status(commune, first_status(verb))
        if verb == Verb.ARBITRATE:
            incident = commune.incident(at=minutes_ago(30 * 60))
        client = as_(who)
        if who is None:
            expected = 401
        elif not Incident.objects.visible_to(commune.people[who]).filter(pk=incident.pk).exists():
            expected = 404
        else:
            expected = 200 if verb in incident.allowed_actions(commune.people[who]) else 403
        version = incident.version
        answer = client.post(address(incident, verb), bodies(commune, incident).get(verb, {}), format="json")
        assert answer.status_code == expected, (who, answer.content)
        incident.refresh_from_db()
        assert (incident.version > version) is (expected == 200)
        if expected == 200:
            assert answer.json()["status"] == incident.status == TRANSITIONS[verb].moves[first_status(verb)]
            assert answer["ETag"] == f'"{incident.version}"'
            assert IncidentEvent.objects.filter(incident=incident, kind=TRANSITIONS[verb].event).exists()


@pytest.mark.parametrize("verb", SPOKEN)
def test_a_stranger_finds_no_verb_at_all(as_: As, commune: Commune, verb: Verb) -> None:
    incident = in_status(commune, first_status(verb))
    for who in STRANGERS:
        assert as_(who).post(address(incident, verb), {}, format="json").status_code == 404
        missing = address(incident, verb).replace(incident.ref, "GUP-2026-QQQQQQ")
        assert as_(who).post(missing, {}, format="json").status_code == 404


def test_every_verb_of_a_person_has_its_address(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    for verb in Verb:
        found = as_("reviewer").post(address(incident, verb), {}, format="json").status_code != 404
        assert found is (verb not in NOT_ACTIONS), verb
        assert as_("reviewer").get(address(incident, verb)).status_code == (404 if verb in NOT_ACTIONS else 405)


def test_a_verb_twice_is_refused_with_what_is_possible(as_: As, commune: Commune) -> None:
    incident, client = commune.incident(), as_("agent")
    assert client.post(address(incident, Verb.ACKNOWLEDGE), {}, format="json").status_code == 200
    answer = client.post(address(incident, Verb.ACKNOWLEDGE), {}, format="json")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert "« Planifier l'intervention »" in answer.json()["detail"]
    assert incident.events.filter(kind="acknowledged").count() == 1


def test_a_verb_of_others_is_refused_before_its_body_is_judged(as_: As, commune: Commune) -> None:
    answer = as_("association").post(address(commune.incident(), Verb.PLAN), {"zut": 1}, format="json")
    assert answer.status_code == 403
    assert "« Commenter »" in answer.json()["detail"]


def test_a_change_from_what_was_read_passes_and_a_stale_one_writes_nothing(as_: As, commune: Commune) -> None:
    incident, client = commune.incident(), as_("agent")
    read = client.get(f"/api/v1/incidents/{incident.ref}")["ETag"]
    acknowledged = client.post(address(incident, Verb.ACKNOWLEDGE), {}, format="json", headers={"If-Match": read})
    assert acknowledged.status_code == 200
    events = incident.events.count()
    stale = client.post(address(incident, Verb.RESOLVE), {"text": "Fait"}, format="json", headers={"If-Match": read})
    assert stale.status_code == 412
    assert [error["field"] for error in stale.json()["errors"]] == ["version"]
    assert incident.events.count() == events
    weak = f"W/{acknowledged['ETag']}"
    for tag in ("*", f'"1", {acknowledged["ETag"]}', weak):
        answer = client.post(address(incident, Verb.COMMENT), {"text": "Vu"}, format="json", headers={"If-Match": tag})
        assert answer.status_code == (200 if tag == "*" else 412)


@pytest.mark.parametrize("tag", ["zut", '""', '"-1"', '"99999999999999999999"', "1"])
def test_a_tag_that_is_no_version_matches_nothing(as_: As, commune: Commune, tag: str) -> None:
    incident = commune.incident()
    answer = as_("agent").post(address(incident, Verb.ACKNOWLEDGE), {}, format="json", headers={"If-Match": tag})
    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        (Verb.ACKNOWLEDGE, {"text": "a" * 4001}, "text"),
        (Verb.ACKNOWLEDGE, {"at": "2020-01-01T00:00:00Z"}, "at"),
        (Verb.PLAN, {}, "planned_for"),
        (Verb.PLAN, {"planned_for": "2020-01-01T00:00:00Z"}, "planned_for"),
        (Verb.PLAN, {"planned_for": "demain"}, "planned_for"),
        (Verb.HOLD, {"text": "x", "reason": "cyclone"}, "reason"),
        (Verb.HOLD, {"text": "x", "reason": "vacances"}, "reason"),
        (Verb.HOLD, {"reason": "parts"}, "text"),
        (Verb.HOLD, {"reason": "parts", "text": "x", "review_at": "2020-01-01T00:00:00Z"}, "review_at"),
        (Verb.HOLD, {"reason": "access_refused", "text": "Porte close"}, "proof"),
        (Verb.RESOLVE, {}, "proof"),
        (Verb.RESOLVE, {"text": "x", "reason": "refused"}, "reason"),
        (Verb.DECLINE, {"reason": "done", "text": "x"}, "reason"),
        (Verb.DECLINE, {"reason": "not_found", "text": "x"}, "proof"),
        (Verb.PROPOSE_TRANSFER, {"to": "nulle-part", "text": "x"}, "to"),
        (Verb.MERGE, {"master": "GUP-2026-QQQQQQ"}, "master"),
        (Verb.REPRIORITISE, {"priority": "urgent", "text": "x"}, "priority"),
        (Verb.REQUALIFY, {"category": "licorne"}, "category"),
        (Verb.REQUALIFY, {"category": "lift-out"}, "category"),
        (Verb.ASSIGN, {"to": "personne@ailleurs.example"}, "to"),
        (Verb.COMMENT, {"text": " "}, "text"),
        (Verb.COMMENT, {"text": "x", "visibility": "secret"}, "visibility"),
        (Verb.UNMERGE, {"text": "x"}, "text"),
    ],
)
def test_a_wrong_body_names_its_field_and_writes_nothing(
    as_: As, commune: Commune, verb: Verb, given: dict[str, Any], field: str
) -> None:
    status = Status.ACKNOWLEDGED if verb == Verb.HOLD else first_status(verb)
    incident = in_status(commune, status)
    answer = as_("agent").post(address(incident, verb), given, format="json")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert incident.events.count() == incident.version
    assert Incident.objects.get(pk=incident.pk).status == status


def test_a_priority_is_lowered_by_a_supervisor_only(as_: As, commune: Commune) -> None:
    incident, body = commune.incident(), {"priority": "normal", "text": "Sans urgence"}
    assert as_("agent").post(address(incident, Verb.REPRIORITISE), body, format="json").status_code == 403
    assert as_("manager").post(address(incident, Verb.REPRIORITISE), body, format="json").status_code == 200


def test_what_a_body_names_is_looked_up_among_what_is_visible(as_: As, commune: Commune) -> None:
    incident, client = commune.incident(), as_("agent")
    foreign = client.post(address(incident, Verb.MERGE), {"master": commune.foreign_incident().ref}, format="json")
    missing = client.post(address(incident, Verb.MERGE), {"master": "GUP-2026-QQQQQQ"}, format="json")
    assert foreign.status_code == missing.status_code == 400
    assert foreign.json() == missing.json()
    colleague = UserFactory(agent=True, organisation=OrganisationFactory())
    assert client.post(address(incident, Verb.ASSIGN), {"to": colleague.email}, format="json").status_code == 400
    clock = commune.incident(at=minutes_ago(30 * 60)).clocks.last()
    assert clock is not None
    arbitrated = as_("reviewer").post(
        address(incident, Verb.ARBITRATE), {"clock": clock.pk, "text": "Cyclone"}, format="json"
    )
    assert (arbitrated.status_code, arbitrated.json()["errors"][0]["field"]) == (400, "clock")


def test_a_repair_is_announced_with_its_photos_in_one_form(as_: As, commune: Commune) -> None:
    incident = in_status(commune, Status.ACKNOWLEDGED)
    proof = [SimpleUploadedFile(f"{n}.jpg", photo_bytes(colour=c)) for n, c in enumerate(("teal", "gold"))]
    answer = as_("agent").post(address(incident, Verb.RESOLVE), {"proof": proof, "text": "Fait"}, format="multipart")
    assert answer.status_code == 200, answer.content
    assert answer.json()["is_proven"]
    assert [photo.kind for photo in incident.photos.all()] == [PhotoKind.AFTER, PhotoKind.AFTER]


def test_a_bad_proof_leaves_the_incident_as_it_was(as_: As, commune: Commune) -> None:
    incident = in_status(commune, Status.ACKNOWLEDGED)
    proof = [SimpleUploadedFile("a.jpg", photo_bytes()), SimpleUploadedFile("b.jpg", b"GIF89a, vraiment")]
    answer = as_("agent").post(address(incident, Verb.RESOLVE), {"proof": proof}, format="multipart")
    assert answer.status_code == 400
    assert not incident.photos.exists()
    assert Incident.objects.get(pk=incident.pk).status == Status.ACKNOWLEDGED


def test_whoever_hands_over_still_reads_the_answer(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    answer = as_("manager").post(
        address(incident, Verb.TRANSFER), {"to": "voirie", "text": "Voie publique"}, format="json"
    )
    assert answer.json()["responsible"] == "voirie"
    assert as_("service").post(address(incident, Verb.ACKNOWLEDGE), {}, format="json").status_code == 200
    assert as_("agent").post(address(incident, Verb.RESOLVE), {"text": "x"}, format="json").status_code == 403
