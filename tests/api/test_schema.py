"""The schema is committed, true, and served with a page that reads it from our own files."""

import json
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from api.docs import SCHEMA
from api.field.urls import urlpatterns as field_urls
from api.urls import router
from gup.incidents.enums import Verb
from tests.api.test_incident_verbs import NOT_ACTIONS


def test_the_committed_schema_is_the_one_the_code_gives(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(fresh), validate=True, fail_on_warn=True)
    assert json.loads(SCHEMA.read_text()) == json.loads(fresh.read_text()), "run: make schema"


def test_every_address_and_verb_is_in_the_schema() -> None:
    paths = json.loads(SCHEMA.read_text())["paths"]
    for verb in set(Verb) - NOT_ACTIONS:
        assert "post" in paths[f"/api/v1/incidents/{{ref}}/{verb.value.replace('_', '-')}"]
    # Beside the router: who one is, and the field, where a phone's name and a reference share one address.
    assert len(router.urls) + 1 + len(field_urls) - 1 == len(paths)


def test_every_operation_asks_who_one_is_and_may_answer_a_problem() -> None:
    for path, operations in json.loads(SCHEMA.read_text())["paths"].items():
        for operation in operations.values():
            # A phone comes in with its own token, and has none yet when it enrols.
            asked = ["deviceToken"] if path.startswith("/api/v1/field/") else ["tokenAuth", "cookieAuth"]
            ways = [] if path == "/api/v1/field/enrol" else asked
            assert [way for each in operation["security"] for way in each] == ways
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_the_schema_and_its_page_are_served_without_a_login() -> None:
    client = Client()
    schema = client.get("/api/schema/")
    assert schema.status_code == 200
    assert schema["Content-Type"] == "application/vnd.oai.openapi+json"
    assert schema.json()["openapi"].startswith("3.")
    assert client.get("/api/docs/").status_code == 200


def test_the_page_fetches_and_runs_nothing_but_our_files() -> None:
    client = Client()
    page = client.get("/api/docs/").content.decode()
    fetched = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(fetched) == 5
    assert all(address.startswith(("/static/", "/api/docs/?script")) for address in fetched)
    for address in fetched[:4]:
        assert finders.find(address.removeprefix("/static/")), address
    # The page's policy lets no inline script or style through: there is none.
    assert "<style" not in page and not re.search(r"<script(?![^>]*src)", page)
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert '"/api/schema/"' in script.content.decode()
