"""Passages, walks, actions and their months by the API: recorded, refused, corrected, read."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from gup.inspections.models import Passage
from gup.inspections.recording import record_passage
from tests.factories import ResidenceFactory, photo_bytes
from tests.inspections.conftest import Estate, at, estate

__all__ = ["estate"]

As = Callable[[str], APIClient]
NOW = at(16)
PASSAGES = "/api/v1/passages"


@pytest.fixture
def as_(estate: Estate) -> As:
    def speak_for(name: str) -> APIClient:
        token, _ = Token.objects.get_or_create(user=estate.people[name])
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return speak_for


def _scan(estate: Estate, **given: Any) -> dict[str, Any]:
    fields = {"residence": estate.residence.slug, "proof": "qr", "code": estate.code, **given}
    if "commitment" not in fields:
        fields["commitment"] = (estate.version.commitments.first() or estate.recurrence()).pk
    return fields


@time_machine.travel(NOW, tick=False)
def test_a_passage_is_created_once_and_listed(estate: Estate, as_: As) -> None:
    client = as_("agent")
    created = client.post(PASSAGES, _scan(estate), format="json")
    assert created.status_code == 201, created.json()
    told = created.json()
    assert (told["proof"], told["spot"], told["corrected_by"]) == ("qr", estate.lift.pk, None)
    assert client.post(PASSAGES, _scan(estate), format="json").status_code == 200
    listed = client.get(f"{PASSAGES}?residence={estate.residence.slug}").json()["results"]
    assert listed == [told]
    assert client.get(f"{PASSAGES}/{told['uuid']}").json() == told
    assert client.get(f"{PASSAGES}?couleur=bleu").status_code == 400


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "faux"}, "code"),
        ({"passed_at": "2026-09-16T13:00:00Z"}, "passed_at"),
        ({"passed_at": "hier"}, "passed_at"),
        ({"proof": "parole"}, "proof"),
        ({"proof": "photo", "code": ""}, "evidence"),
        ({"residence": "nulle-part"}, "residence"),
        ({"commitment": 999}, "commitment"),
        ({"commitment": "abc"}, "commitment"),
        ({"commitment": 10**30}, "commitment"),
        ({"spot": 999}, "spot"),
        ({"corrects": "abc"}, "corrects"),
        ({"corrects": "00000000-0000-4000-8000-000000000000", "reason": "Faux."}, "corrects"),
        ({"reason": "Faux."}, "reason"),
        ({"note": "a" * 1001}, "note"),
        ({"couleur": "bleu"}, "couleur"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(
    estate: Estate, as_: As, given: dict[str, Any], field: str
) -> None:
    answer = as_("agent").post(PASSAGES, _scan(estate, **given), format="json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Passage.objects.count() == 0


@time_machine.travel(NOW, tick=False)
def test_a_photo_comes_by_a_form_and_is_read_by_those_who_see_the_place(estate: Estate, as_: As) -> None:
    file = SimpleUploadedFile("hall.jpg", photo_bytes(), "image/jpeg")
    created = as_("agent").post(PASSAGES, _scan(estate, proof="photo", code="", evidence=file), format="multipart")
    assert created.status_code == 201, created.json()
    address = created.json()["evidence"]
    read = as_("association").get(address)
    assert (read["Content-Type"], b"".join(read)[:2]) == ("image/jpeg", b"\xff\xd8")
    assert as_("stranger").get(address).status_code == 404
    text = SimpleUploadedFile("feuille.pdf", b"pas un pdf", "application/pdf")
    refused = as_("agent").post(PASSAGES, _scan(estate, proof="sheet", code="", evidence=text), format="multipart")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "evidence")
    bare = as_("agent").post(PASSAGES, _scan(estate, code="", proof=""), format="json").json()
    assert (bare["evidence"], as_("agent").get(f"{PASSAGES}/{bare['uuid']}/evidence").status_code) == (None, 404)


@time_machine.travel(NOW, tick=False)
def test_a_record_is_corrected_or_withdrawn_once(estate: Estate, as_: As) -> None:
    client = as_("agent")
    first = client.post(PASSAGES, _scan(estate), format="json").json()
    again = _scan(estate, corrects=first["uuid"], reason="C'était la veille.", passed_at="2026-09-15T12:00:00Z")
    second = client.post(PASSAGES, again, format="json").json()
    assert (second["corrects"], second["reason"]) == (first["uuid"], "C'était la veille.")
    assert client.get(f"{PASSAGES}/{first['uuid']}").json()["corrected_by"] == second["uuid"]
    assert client.post(PASSAGES, again, format="json").status_code == 409
    withdrawal = f"{PASSAGES}/{second['uuid']}/withdraw"
    assert client.post(withdrawal, {}, format="json").status_code == 400
    assert as_("association").post(withdrawal, {"reason": "Non."}, format="json").status_code == 403
    assert client.post(withdrawal, {"reason": "Pas ce hall."}, format="json").json()["is_withdrawal"] is True
    assert client.post(withdrawal, {"reason": "Encore."}, format="json").status_code == 409


@time_machine.travel(NOW, tick=False)
def test_a_walk_and_an_action_are_recorded(estate: Estate, as_: As) -> None:
    client, walks, action = as_("manager"), estate.quality(), estate.milestone(date(2026, 9, 30))
    walk = {
        "commitment": walks.pk,
        "residence": estate.residence.slug,
        "walked_on": "2026-09-15",
        "score": "72",
        "walker": "Le bailleur",
    }
    made = client.post("/api/v1/walks", walk, format="json").json()
    assert (made["score"], made["scale"]) == ("72/100", "0-100")
    wrong = client.post("/api/v1/walks", {**walk, "score": "B"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "score")
    done = {"commitment": action.pk, "done_on": "2026-09-15"}
    bare = client.post("/api/v1/milestones", done, format="json")
    assert (bare.status_code, bare.json()["errors"][0]["field"]) == (400, "note")
    assert client.post("/api/v1/milestones", {**done, "note": "Signée."}, format="json").status_code == 201
    assert client.post("/api/v1/milestones", {**done, "note": "Signée."}, format="json").status_code == 409
    for resource in ("walks", "milestones"):
        assert len(client.get(f"/api/v1/{resource}?convention={estate.convention.slug}").json()["results"]) == 1
        assert as_("committee").get(f"/api/v1/{resource}").json()["results"] == []
        assert as_("stranger").get(f"/api/v1/{resource}").json()["results"] == []


@time_machine.travel(NOW, tick=False)
def test_another_party_s_promise_is_unknown(estate: Estate, as_: As) -> None:
    answer = as_("stranger").post(PASSAGES, _scan(estate), format="json")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"commitment", "residence"}
    assert as_("association").post(PASSAGES, _scan(estate), format="json").status_code == 403
    elsewhere = ResidenceFactory(bailleur=estate.bailleur)
    refused = as_("agent").post(PASSAGES, _scan(estate, residence=elsewhere.slug, proof="", code=""), format="json")
    assert refused.json()["errors"][0]["field"] == "residence"


@time_machine.travel(NOW, tick=False)
def test_the_month_is_the_one_of_the_page(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence(times=1)
    estate.scan(cleaning, at(8))
    told = as_("manager").get(f"/api/v1/promises/{estate.convention.slug}?month=2026-09").json()
    (line,) = told["lines"]
    assert (line["kind"], line["held"], line["missed"], line["verdict"]) == ("recurrence", 1, 1, "missed")
    assert [part["verdict"] for part in line["parts"]] == ["missed", "held", "pending", "pending"]
    assert as_("stranger").get(f"/api/v1/promises/{estate.convention.slug}").status_code == 404
    assert as_("association").get(f"/api/v1/promises/{estate.convention.slug}").status_code == 404
    for month in ("septembre", "0001-01", "9999-12"):
        assert as_("manager").get(f"/api/v1/promises/{estate.convention.slug}?month={month}").status_code == 400


@time_machine.travel(NOW, tick=False)
def test_passages_cost_the_same_for_1_and_for_20(
    estate: Estate, as_: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cleaning, client = estate.recurrence(), as_("manager")
    for count in (1, 20):
        for minute in range(count):
            record_passage(cleaning, estate.residence, by=estate.people["agent"], at=at(9, count % 20, minute))
        # token, memberships (2), passages
        with django_assert_num_queries(4):
            client.get(PASSAGES)
