"""A phone with the field app: a real Chromium whose profile outlives it, driven through the app's own modules."""

import json
import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.journeys.chromium import PATIENCE, PHONE, PROGRAM, QUIET
from tests.terrain.network import Network

MODULES = ("queue", "session", "drafts", "photos", "store", "known", "names", "update", "items")
CONTROLLED = """() => new Promise((resolve) => {
  if (navigator.serviceWorker.controller) resolve();
  else navigator.serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
})"""
CALL = """async ([addresses, given]) => {
  const [%(names)s] = await Promise.all(addresses.map((address) => import(address)));
  %(body)s
}"""


class Phone:
    """`folder` is its memory: another Phone on the same folder is the same phone, switched on again."""

    def __init__(self, playwright: Playwright, network: Network, folder: Path) -> None:
        self.network, self.folder = network, folder
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=PROGRAM,
            args=QUIET,
            base_url=network.address,
            viewport=PHONE,  # type: ignore[arg-type]
            locale="fr-FR",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.pages[0]

    def open(self, page: Page | None = None) -> "Phone":
        """The app, under its service worker."""
        page = page or self.page
        page.goto("/terrain/")
        page.evaluate(CONTROLLED)
        return self

    def run(self, body: str, given: Any = None, *, page: Page | None = None) -> Any:
        """What the JavaScript `body` returns; the app's modules are there by name, and `given`."""
        page = page or self.page
        return page.evaluate(CALL % {"names": ", ".join(MODULES), "body": body}, [self.addresses(page), given])

    def addresses(self, page: Page) -> list[str]:
        """Where the modules of the running version are, read from what its service worker keeps."""
        kept = page.evaluate(
            """async () => {
              const found = [];
              for (const name of await caches.keys()) {
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
              }
              return found;
            }"""
        )
        found = {match[1]: path for path in kept if (match := re.fullmatch(r"/static/terrain/(\w+)[.\w]*\.js", path))}
        return [found[name] for name in MODULES]

    def enrol(self, code: str) -> None:
        answer = self.run("return session.enrol(given, 'Téléphone du hall')", code)
        assert answer["kind"] == "ok", answer

    def states(self) -> dict[str, int]:
        """How many items of the queue are in each state."""
        found: dict[str, int] = {}
        for item in self.items():
            found[item["state"]] = found.get(item["state"], 0) + 1
        return found

    def items(self) -> list[dict[str, Any]]:
        """Newest first."""
        listed: list[dict[str, Any]] = self.run("return queue.items()")
        return listed

    def flush(self) -> dict[str, Any]:
        said: dict[str, Any] = self.run("return queue.flush()")
        return said

    def wait_until(self, states: dict[str, int], *, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while (found := self.states()) != states:
            assert time.monotonic() < end, f"{found}, and not {states}: {json.dumps(self.items(), indent=1)[:3000]}"
            time.sleep(0.2)

    def kill(self) -> None:
        """As Android does: no warning, no last word."""
        mark = str(self.folder).encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if any(word == b"--user-data-dir=" + mark for word in words):
                    os.kill(int(folder.name), signal.SIGKILL)
        self.close()

    def close(self) -> None:
        with suppress(Exception):
            self.context.close()
