"""A phone is enrolled once, speaks to the field only, and no more once it is revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from rest_framework.test import APIClient

from gup.partners.devices import MAX_DEVICES, enrol, issue_code, revoke
from gup.partners.models import AuditEntry, Device
from tests.api.conftest import Commune
from tests.api.field.conftest import FIELD, NOW, Phone


@time_machine.travel(NOW, tick=False)
def test_a_code_enrols_one_phone_and_only_one(commune: Commune) -> None:
    agent = commune.people["agent"]
    code = issue_code(agent, by=agent, at=NOW)
    client = APIClient()
    typed = f" {code[:5].lower()}-{code[5:]} "
    first = client.post(f"{FIELD}/enrol", {"code": typed, "name": "Galaxy du gardien"}, format="json")
    assert first.status_code == 201, first.json()
    told = first.json()
    client.credentials(HTTP_AUTHORIZATION=f"Device {told['token']}")
    me = client.get(f"{FIELD}/me").json()
    assert me["device"] == told["device"] == {"id": told["device"]["id"], "name": "Galaxy du gardien"}
    assert (me["roles"], me["may_report"], me["server_time"]) == (["agent"], True, "2026-09-16T12:00:00Z")
    again = APIClient().post(f"{FIELD}/enrol", {"code": code, "name": "Autre"}, format="json")
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "code"
    assert Device.objects.get().token_hash not in told["token"]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["code d'appareil", "appareil associé"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "AAAAAAAAAA", "name": "T"}, "code"),
        ({"code": "", "name": "T"}, "code"),
        ({"name": "T"}, "code"),
        ({"code": "BBBBB", "name": ""}, "name"),
        ({"code": "BBBBB", "name": "T" * 81}, "name"),
        ({"code": "BBBBB", "name": "T", "role": "dsu"}, "role"),
    ],
)
def test_a_bad_enrolment_names_its_field(commune: Commune, given: dict[str, str], field: str) -> None:
    refused = APIClient().post(f"{FIELD}/enrol", given, format="json")
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]


def test_a_code_lives_a_quarter_of_an_hour_and_the_next_one_replaces_it(commune: Commune) -> None:
    agent = commune.people["agent"]
    old = issue_code(agent, by=agent, at=NOW)
    new = issue_code(agent, by=agent, at=NOW)
    with pytest.raises(ValidationError, match="demandez-en un autre"):
        enrol(old, name="T", at=NOW)
    with pytest.raises(ValidationError, match="trop ancien"):
        enrol(new, name="T", at=NOW + timedelta(minutes=15))
    enrol(new, name="T", at=NOW + timedelta(minutes=14))


def test_nobody_gathers_phones_without_end(commune: Commune) -> None:
    agent = commune.people["agent"]
    for _ in range(MAX_DEVICES):
        enrol(issue_code(agent, by=agent, at=NOW), name="T", at=NOW)
    code = issue_code(agent, by=agent, at=NOW)
    with pytest.raises(ValidationError, match="10 appareils"):
        enrol(code, name="T", at=NOW)


def test_a_manager_looks_after_her_team_and_nobody_else(commune: Commune) -> None:
    people = commune.people
    issue_code(people["agent"], by=people["manager"], at=NOW)
    issue_code(people["association"], by=people["administrator"], at=NOW)
    for by, whom in (("manager", "association"), ("stranger_manager", "agent"), ("agent", "manager")):
        with pytest.raises(PermissionDenied):
            issue_code(people[whom], by=people[by], at=NOW)


@time_machine.travel(NOW, tick=False)
def test_a_token_opens_the_field_and_nothing_else(
    commune: Commune, phone_of: Callable[..., Phone], as_: Callable[[str], APIClient]
) -> None:
    phone = phone_of("agent")
    assert phone.get("incidents").status_code == 200
    for elsewhere in ("/api/v1/incidents", "/api/v1/me"):
        assert phone.client.get(elsewhere).status_code == 401
    assert phone.client.get("/incidents/").status_code == 302
    assert as_("agent").get(f"{FIELD}/me").status_code == 401
    browser = Client()
    browser.force_login(commune.people["agent"])
    assert browser.get(f"{FIELD}/me").status_code == 401


@time_machine.travel(NOW, tick=False)
def test_a_revoked_phone_is_told_so_and_reads_nothing(commune: Commune, phone_of: Callable[..., Phone]) -> None:
    phone = phone_of("agent")
    device = Device.objects.get()
    with pytest.raises(PermissionDenied):
        revoke(device, by=commune.people["association"], at=NOW)
    revoke(device, by=commune.people["manager"], at=NOW)
    refused = phone.get("incidents")
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")
    assert "Rien n'est perdu" in refused.json()["detail"]
    with pytest.raises(ValidationError, match="déjà révoqué"):
        revoke(device, by=commune.people["manager"], at=NOW)


@time_machine.travel(NOW, tick=False)
def test_a_closed_account_closes_its_phones(commune: Commune, phone_of: Callable[..., Phone]) -> None:
    phone = phone_of("agent")
    commune.people["agent"].is_active = False
    commune.people["agent"].save()
    assert phone.get("me").status_code == 401


def test_an_invented_token_opens_nothing(commune: Commune) -> None:
    assert Phone("invente").get("me").status_code == 401
    assert Phone("\u00e9").get("me").status_code == 401
