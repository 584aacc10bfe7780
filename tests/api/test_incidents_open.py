"""Opening an incident: who may, what is refused, and the same demand twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api.idempotency import forget_old
from api.models import IdempotentRequest
from gup.incidents.enums import Channel
from gup.incidents.models import Incident, IncidentEvent
from gup.notifications.models import OutboxMessage
from tests.api.conftest import Commune
from tests.factories import SpotFactory

As = Callable[[str | None], APIClient]
URL = "/api/v1/incidents"
BODY = {"residence": "les-alizes", "category": "lift-out", "title": "Ascenseur bloqué"}


def fields(answer: Any) -> list[str]:
    assert answer["Content-Type"] == "application/problem+json"
    return [error["field"] for error in answer.json().get("errors", [])]


def assert_nothing_written() -> None:
    assert (Incident.objects.count(), IncidentEvent.objects.count(), OutboxMessage.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 401),
        ("association", 201),
        ("agent", 201),
        ("manager", 201),
        ("reviewer", 201),
        ("administrator", 201),
        ("service", 403),
        ("committee", 403),
        ("nobody", 403),
        ("stranger_association", 400),
        ("stranger_manager", 400),
    ],
)
def test_who_may_open_an_incident(as_: As, commune: Commune, who: str | None, status: int) -> None:
    assert as_(who).post(URL, BODY, format="json").status_code == status
    assert Incident.objects.count() == (1 if status == 201 else 0)


def test_what_is_opened_is_the_servers_word_for_all_the_rest(as_: As, commune: Commune) -> None:
    reported_at = timezone.now() - timedelta(hours=5)
    body = BODY | {
        "spot": commune.spot.pk,
        "description": "Une personne attend.",
        "reported_at": reported_at.isoformat(),
        "reporter_email": "voisine@essai.example",
        "is_confidential": True,
    }
    answer = as_("association").post(URL, body, format="json")
    assert answer.status_code == 201
    incident = Incident.objects.get()
    told = answer.json()
    assert answer["ETag"] == '"2"'
    assert told["ref"] == incident.ref
    assert told["allowed_actions"] == ["comment", "add_photo", "support"]
    assert {clock["stage"] for clock in told["clocks"]} == {"acknowledge", "resolve"}
    assert incident.channel == Channel.API
    assert incident.spot == commune.spot
    assert incident.is_confidential
    assert incident.reporter == commune.people["association"]
    assert incident.reporter_email == "voisine@essai.example"
    assert incident.reported_at == reported_at.replace(microsecond=0)
    assert incident.bailleur == commune.bailleur


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"residence": "nulle-part"}, "residence"),
        ({"residence": "les-raisiniers"}, "residence"),
        ({"residence": ["les-alizes"]}, "residence"),
        ({"residence": None}, "residence"),
        ({"category": "licorne"}, "category"),
        ({"category": ""}, "category"),
        ({"category": {"slug": "lift-out"}}, "category"),
        ({"title": ""}, "title"),
        ({"title": "\u200b\u200b"}, "title"),
        ({"title": "a" * 141}, "title"),
        ({"title": "a" * 10_000}, "title"),
        ({"title": {"a": 1}}, "title"),
        ({"description": "a" * 4001}, "description"),
        ({"spot": 10**30}, "spot"),
        ({"spot": -1}, "spot"),
        ({"spot": "ascenseur"}, "spot"),
        ({"reported_at": "hier"}, "reported_at"),
        ({"reported_at": "9999-12-31T23:59:59-12:00"}, "reported_at"),
        ({"reported_at": "0001-01-01T00:00:00+14:00"}, "reported_at"),
        ({"reporter_email": "pas une adresse"}, "reporter_email"),
        ({"is_confidential": "peut-être"}, "is_confidential"),
        ({"status": "closed"}, "status"),
        ({"priority": "danger"}, "priority"),
        ({"bailleur": "balisiers"}, "bailleur"),
        ({"ref": "GUP-2026-ABCDEF"}, "ref"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    as_: As, commune: Commune, given: dict[str, Any], field: str
) -> None:
    answer = as_("association").post(URL, BODY | given, format="json")
    assert answer.status_code == 400
    assert fields(answer) == [field]
    assert_nothing_written()


def test_a_date_in_the_future_or_of_more_than_7_days_ago_is_refused(as_: As, commune: Commune) -> None:
    for shift in (timedelta(hours=1), timedelta(days=-7, hours=-1)):
        body = BODY | {"reported_at": (timezone.now() + shift).isoformat()}
        answer = as_("association").post(URL, body, format="json")
        assert answer.status_code == 400
        assert fields(answer) == ["reported_at"]
    assert_nothing_written()


def test_a_family_is_no_category_and_a_spot_is_in_the_residence(as_: As, commune: Commune) -> None:
    client = as_("association")
    answer = client.post(URL, BODY | {"category": commune.category.family.slug}, format="json")
    assert (answer.status_code, fields(answer)) == (400, ["category"])
    answer = client.post(URL, BODY | {"spot": SpotFactory(residence=commune.elsewhere).pk}, format="json")
    assert (answer.status_code, fields(answer)) == (400, ["spot"])
    assert_nothing_written()


def test_every_wrong_field_is_told_at_once(as_: As, commune: Commune) -> None:
    answer = as_("association").post(URL, {"residence": "x", "couleur": "bleu"}, format="json")
    assert sorted(fields(answer)) == ["category", "couleur", "residence", "title"]


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "12",
        '"texte"',
        "null",
        "{",
        "[" * 100_000,
        '{"title":' + "[" * 100_000,
        '{"title": 1e400}',
        '{"title": NaN}',
        '{"title": "a\\u0000b"}',
        '{"title": "\\ud800"}',
        '{"\\ud800": 1}',
        b"\xff\xfe{}",
        '{"title": "' + "a" * 300_000 + '"}',
        '{"spot": ' + "9" * 5000 + "}",
    ],
    ids=lambda body: str(body[:24]),
)
def test_what_is_not_a_sane_json_object_is_refused(as_: As, commune: Commune, body: str | bytes) -> None:
    answer = as_("association").post(URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert_nothing_written()


def test_another_format_and_another_method_are_refused(as_: As, commune: Commune) -> None:
    client = as_("association")
    assert client.post(URL, BODY, format="multipart").status_code == 415
    assert client.post(URL, "title=x", content_type="application/x-www-form-urlencoded").status_code == 415
    assert client.delete(URL).status_code == 405
    incident = commune.incident()
    for method in (client.put, client.patch, client.delete):
        answer = method(f"{URL}/{incident.ref}", {}, format="json")
        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/problem+json"
    assert client.get(URL, headers={"Accept": "text/csv"}).status_code == 406


def post(client: APIClient, key: str, **given: Any) -> Any:
    return client.post(URL, BODY | given, format="json", headers={"Idempotency-Key": key})


def test_the_same_demand_twice_is_one_incident_and_one_answer(as_: As, commune: Commune) -> None:
    client = as_("association")
    first, second = post(client, "k1"), post(client, "k1")
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Incident.objects.count() == 1
    assert post(client, "k2").json()["ref"] != first.json()["ref"]


def test_a_key_used_for_another_demand_is_refused(as_: As, commune: Commune) -> None:
    client = as_("association")
    post(client, "k1")
    answer = post(client, "k1", title="Autre chose")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert Incident.objects.count() == 1


def test_keys_are_each_persons_own(as_: As, commune: Commune) -> None:
    assert post(as_("association"), "k1").json()["ref"] != post(as_("agent"), "k1").json()["ref"]


def test_a_refused_demand_leaves_its_key_free(as_: As, commune: Commune) -> None:
    client = as_("association")
    assert post(client, "k1", category="licorne").status_code == 400
    assert not IdempotentRequest.objects.exists()
    assert post(client, "k1").status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 201, "clé"])
def test_a_key_that_is_no_key_is_refused(as_: As, commune: Commune, key: str) -> None:
    answer = as_("association").post(URL, json.dumps(BODY), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, fields(answer)) == (400, ["Idempotency-Key"])


def test_answers_are_forgotten_after_30_days(as_: As, commune: Commune) -> None:
    post(as_("association"), "k1")
    assert forget_old(timezone.now() + timedelta(days=29)) == 0
    assert forget_old(timezone.now() + timedelta(days=31)) == 1
