"""Another engine, the iPhone's: WebKitGTK through its own driver, on a display that GTK draws for itself."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

DRIVER, DISPLAY = shutil.which("WebKitWebDriver"), shutil.which("broadwayd")
PATIENCE = 30.0
# Its result is left in the page and fetched there: the driver loses the callbacks of scripts that wait.
CALL = """const [addresses, given] = arguments;
delete window.said;
(async () => {
  const [%(names)s] = await Promise.all(addresses.map((address) => import(address)));
  %(body)s
})().then((value) => (window.said = { value: value ?? null }), (error) => (window.said = { error: String(error) }));"""


class WebKit:
    """One window. `memory` is not kept from one to the next: the driver's windows are private."""

    def __init__(self, port: int, base: str) -> None:
        self.base, self.root = base, f"http://127.0.0.1:{port}"
        self.opener = build_opener(ProxyHandler({}))
        options = {"webkitgtk:browserOptions": {"args": ["--automation"]}}
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self.session = f"/session/{made['sessionId']}"

    def open(self, path: str) -> None:
        self._ask("POST", f"{self.session}/url", {"url": self.base + path})

    def run(self, body: str, given: Any = None, *, modules: tuple[str, ...] = ()) -> Any:
        """What the JavaScript `body` returns; the app's `modules` are there by name, and `given`."""
        script = CALL % {"names": ", ".join(modules), "body": body}
        known = self._addresses() if modules else {}
        self._execute(script, [[known[name] for name in modules], given])
        end = time.monotonic() + PATIENCE
        while (said := self._execute("return window.said ?? null", [])) is None:
            assert time.monotonic() < end, "the page does not answer"
            time.sleep(0.1)
        assert "error" not in said, said["error"]
        return said["value"]

    def _execute(self, script: str, given: list[Any]) -> Any:
        return self._ask("POST", f"{self.session}/execute/sync", {"script": script, "args": given})

    def close(self) -> None:
        with suppress(OSError):
            self._ask("DELETE", self.session, None)

    def _addresses(self) -> dict[str, str]:
        with self.opener.open(f"{self.base}/terrain/sw.js", timeout=PATIENCE) as answer:
            return {
                match[2]: match[1]
                for match in re.finditer(r'"(/static/terrain/(\w+)[.\w]*\.js)"', answer.read().decode())
            }

    def _ask(self, method: str, path: str, given: Any) -> Any:
        body = None if given is None else json.dumps(given).encode()
        headers = {"Content-Type": "application/json"}
        try:
            with self.opener.open(Request(self.root + path, body, headers, method=method), timeout=PATIENCE) as answer:
                return json.loads(answer.read())["value"]
        except HTTPError as refusal:
            raise AssertionError(refusal.read().decode()) from refusal


@contextmanager
def webkit(base: str, folder: Path) -> Iterator[WebKit]:
    """A window in front of `base`; `folder` is the driver's own. Raises OSError where there is no driver."""
    if DRIVER is None or DISPLAY is None:
        raise OSError("no WebKitWebDriver, or no broadwayd, on this machine")
    folder.mkdir(mode=0o700)
    number, port = 100 + os.getpid() % 900, _free_port()
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(folder),
        "GDK_BACKEND": "broadway",
        "BROADWAY_DISPLAY": f":{number}",
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
    }
    display = [DISPLAY, "--address=127.0.0.1", "--port", str(_free_port()), f":{number}"]
    driver = [DRIVER, f"--port={port}"]
    started = [_start(words, environment) for words in (display, driver)]
    try:
        _wait_for(port)
        window = WebKit(port, base)
        try:
            yield window
        finally:
            window.close()
    finally:
        for process in reversed(started):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


def _start(words: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    silence = subprocess.DEVNULL
    return subprocess.Popen(words, env=environment, stdout=silence, stderr=silence, start_new_session=True)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
