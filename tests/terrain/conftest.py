"""A real installation, a phone, and the network between them."""

import os
import re
import signal
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.factories import PASSWORD, photo_bytes
from tests.journeys.installation import Installation
from tests.journeys.visitor import Visitor
from tests.terrain.network import Network
from tests.terrain.phone import Phone

Enqueue = Callable[..., dict[str, Any]]


def more(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What came in the meantime; printed, so that a failure says both."""
    print(f"before: {before}, after: {after}")  # noqa: T201
    return {name: after[name] - before[name] for name in before}


@dataclass
class Town:
    """The server's side: what its base holds, and the desk where phones are associated and revoked."""

    installation: Installation
    agent: Visitor

    @property
    def facts(self) -> dict[str, str]:
        return self.installation.facts

    def code(self, name: str = "agent") -> str:
        """A new code of the agent, or of the DSU ("dsu"), as the desk shows it."""
        desk = self.agent if name == "agent" else entered(self.installation, self.facts[name])
        shown = desk.fill("/appareils/", {"person": self.facts[name]}, to="/appareils/nouveau/")
        found = re.search(r'class="code-signs">([^<]+)<', shown.text)
        assert found, shown.status
        return found[1]

    def revoke_all(self) -> None:
        while found := re.search(r'action="(/appareils/\d+/revoquer/)"', self.agent.get("/appareils/").text):
            assert self.agent.fill("/appareils/", {}, to=found[1]).status == 200

    def value(self, column: str, table: str, **where: str) -> Any:
        """One column of one row."""
        return self._ask(f"SELECT {column} FROM {table}", where)

    def count(self, table: str, **where: str) -> int:
        """Rows of a table, asked of the file itself."""
        number: int = self._ask(f"SELECT count(*) FROM {table}", where)
        return number

    def _ask(self, asked: str, where: dict[str, str]) -> Any:
        asked += " WHERE " + " AND ".join(f"{name} = :{name}" for name in where) if where else ""
        address = f"file:{self.installation.var / 'gup.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as base:
            return base.execute(asked, where).fetchone()[0]

    def kill_server(self) -> list[int]:
        """SIGKILL to the processes that answer; what started them starts others. Returns who they were."""
        killed = []
        for pid in self.installation.processes():
            with suppress(OSError):
                if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
        return killed

    def held(self) -> dict[str, int]:
        """Incidents, events and photos that the server has."""
        tables = ("incident", "incidentevent", "photo")
        return {table: self.count(f"incidents_{table}") for table in tables}


def entered(installation: Installation, email: str) -> Visitor:
    """That person, in front of the desk."""
    visitor = installation.visitor()
    inside = visitor.fill("/compte/login/", {"login": email, "password": PASSWORD})
    assert "Se déconnecter" in inside.text, inside.status
    return visitor


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    installation = Installation({})
    try:
        installation.start()
        installation.wait_for("the server answers", lambda: installation.visitor().get("/healthz"), seconds=180)
        yield Town(installation, entered(installation, installation.facts["agent"]))
    finally:
        installation.remove()


@pytest.fixture
def network(town: Town) -> Iterator[Network]:
    made = Network(town.installation.port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For these tests alone: it keeps an event loop in this thread, beside which Django refuses queries."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def switched_on(playwright: Playwright, network: Network, tmp_path: Path) -> Iterator[Callable[[], Phone]]:
    """`switched_on()` is the phone of this test, with all that it remembers; its last one is switched off first."""
    phones: list[Phone] = []

    def switch_on() -> Phone:
        for phone in phones:
            phone.close()
        phones.append(Phone(playwright, network, tmp_path / "memory"))
        return phones[-1]

    yield switch_on
    for phone in phones:
        phone.close()


@pytest.fixture
def phone(switched_on: Callable[[], Phone], town: Town) -> Iterator[Phone]:
    """The agent's phone, associated, with the app installed."""
    made = switched_on().open()
    made.enrol(town.code())
    yield made
    town.revoke_all()


@pytest.fixture
def report(town: Town) -> dict[str, Any]:
    return {"residence": town.facts["residence"], "category": town.facts["category"], "title": "Ascenseur arrêté"}


ENQUEUE = """
const pictures = [];
for (const picture of given.pictures) {
  const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
  pictures.push(await photos.prepare(new Blob([bytes], { type: "image/jpeg" })));
}
return queue.enqueueReport(given.report, pictures);
"""


@pytest.fixture
def enqueue(report: dict[str, Any]) -> Enqueue:
    """`enqueue(phone, "teal", title="…")`: a report with a photo of each colour, as a screen hands it over."""

    def put(phone: Phone, *colours: str, **given: Any) -> dict[str, Any]:
        pictures = [b64encode(photo_bytes(colour=colour)).decode() for colour in colours]
        item: dict[str, Any] = phone.run(ENQUEUE, {"report": report | given, "pictures": pictures})
        return item

    return put
