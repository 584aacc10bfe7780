"""The door of the field app: the same page for everybody, and a worker that knows each file the page needs."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from mobile_forms import terrain
from tests.factories import UserFactory

APP = Path(terrain.__file__).parent / "static" / "terrain"


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    for kept in (terrain._shell, terrain._worker):
        kept.cache_clear()


def _listed(client: Client) -> list[str]:
    found = re.search(r"^const FILES = (.+);$", client.get("/terrain/sw.js").content.decode(), re.MULTILINE)
    assert found
    listed: list[str] = json.loads(found[1])
    return listed


@pytest.mark.django_db
def test_the_page_holds_nobodys_data_and_no_cookie(client: Client) -> None:
    stranger = client.get("/terrain/")
    client.force_login(UserFactory(agent=True))
    known = client.get("/terrain/")
    assert stranger.status_code == 200
    assert stranger.content == known.content
    assert not stranger.cookies
    assert not known.cookies


def test_the_worker_may_hold_the_app_and_nothing_above_it(client: Client) -> None:
    answer = client.get("/terrain/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Service-Worker-Allowed"] == "/terrain/"
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_the_worker_lists_each_file_that_the_page_and_its_modules_ask_for(client: Client) -> None:
    listed = _listed(client)
    asked = re.findall(r'(?:src|href|data-icons)="(/[^"#]+)"', client.get("/terrain/").content.decode())
    assert set(asked) - {"/"} <= {*listed, "/terrain/"}
    modules = [path for path in APP.rglob("*.js") if path.name != "worker.js"]
    assert modules
    assert {f"/static/terrain/{path.relative_to(APP).as_posix()}" for path in modules} <= set(listed)
    for address in listed[1:]:
        assert finders.find(address.removeprefix("/static/")), address


def test_another_word_in_a_file_is_another_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/terrain/sw.js").content
    content = terrain._content
    changed = {"terrain/queue.js": b"// changed"}
    monkeypatch.setattr(terrain, "_content", lambda name: changed.get(name) or content(name))
    terrain._worker.cache_clear()
    assert client.get("/terrain/sw.js").content != before


def test_the_manifest_opens_the_app_on_its_own(client: Client) -> None:
    told = client.get("/terrain/manifest.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/terrain/", "/terrain/", "standalone")
    assert [icon["sizes"] for icon in told["icons"]] == ["192x192", "512x512"]


@pytest.mark.django_db
def test_no_other_language_has_an_app(client: Client) -> None:
    assert client.get("/en/terrain/").status_code == 404
