from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import Commune

As = Callable[[str | None], APIClient]


def test_nobody_is_asked_to_identify_in_the_words_of_the_api(as_: As) -> None:
    answer = as_(None).get("/api/v1/me")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["title"] == "Identifiez-vous."


def test_a_person_reads_her_memberships(as_: As, commune: Commune) -> None:
    answer = as_("association").get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json()["email"] == commune.people["association"].email
    [membership] = answer.json()["memberships"]
    assert membership["role"] == "association"
    assert membership["residences"] == ["les-alizes"]


def test_an_account_without_a_role_has_no_membership(as_: As) -> None:
    assert as_("nobody").get("/api/v1/me").json()["memberships"] == []


def test_a_wrong_token_and_a_closed_account_are_refused(as_: As, commune: Commune) -> None:
    client = as_("agent")
    commune.people["agent"].is_active = False
    commune.people["agent"].save()
    assert client.get("/api/v1/me").status_code == 401
    client.credentials(HTTP_AUTHORIZATION="Token faux")
    assert client.get("/api/v1/me").status_code == 401


def test_a_session_reads_without_a_token(commune: Commune) -> None:
    client = APIClient()
    client.force_login(commune.people["agent"])
    assert client.get("/api/v1/me").status_code == 200


def test_a_session_writes_only_from_one_of_our_pages(commune: Commune) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(commune.people["association"])
    answer = client.post("/api/v1/incidents", {}, format="json")
    assert answer.status_code == 403
    assert "page" in answer.json()["detail"]


@pytest.mark.parametrize(
    "address", ["/api/v1/rien", "/api/v1/incidents/", "/api/v1/incidents/GUP-2026-RIEN/zut", "/api/v1/spots/1%0A"]
)
def test_an_address_that_leads_nowhere_answers_as_the_api_does(as_: As, address: str) -> None:
    assert as_(None).get(address).status_code == 401
    answer = as_("agent").get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
