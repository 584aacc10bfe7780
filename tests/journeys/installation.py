"""A real installation in a folder of its own: base, reference, and `gup run` with the processes that it keeps alive."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from getpass import getuser
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
import redis

from tests.journeys.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("GUP_TEST_DATABASE_URL", f"postgres://{getuser()}@127.0.0.1:5432/gup")
REDIS = "redis://127.0.0.1:6379"
# The suite itself runs on 9; the first numbers are where a person keeps something.
REDIS_NUMBERS = range(15, 9, -1)

Found = TypeVar("Found")


class Installation:
    """Everything a person starts with `gup run`, on a free port. `servers`: GUP_* variables that name other servers."""

    def __init__(self, servers: dict[str, str]) -> None:
        # Short: the socket of the embedded broker is in it.
        self.var = Path(tempfile.mkdtemp(prefix="gup-"))
        self.port = _free_port()
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("GUP_", "DJANGO_"))}
        own = {"GUP_VAR": str(self.var), "GUP_PORT": str(self.port), "GUP_WEB_WORKERS": "1", "PYTHONPATH": str(ROOT)}
        self.environment = outside | own | servers
        self.output = self.var / "output.txt"
        self.facts: dict[str, str] = {}
        self.main: subprocess.Popen[bytes] | None = None

    def start(self) -> "Installation":
        """Prepare the base, settle the people, start the processes. Raises CalledProcessError if one step fails."""
        self._python("-m", "gup", "migrate", "--verbosity", "0")
        self._python("-m", "gup", "load-reference")
        self.facts = json.loads(self._python("-m", "tests.journeys.inhabitants"))
        with self.output.open("wb") as output:
            self.main = subprocess.Popen(
                [sys.executable, "-m", "gup", "run"], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )
        return self

    def visitor(self, token: str = "") -> Visitor:
        return Visitor(f"http://127.0.0.1:{self.port}", token)

    def command(self, *words: str) -> str:
        """A `gup` command beside the running processes; its output."""
        return self._python("-m", "gup", *words)

    def wait_for(self, what: str, look: Callable[[], Found | None], *, seconds: float) -> Found:
        """What `look` finds, asked again until it does; fails with the processes' last words after `seconds`."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError):
                if found := look():
                    return found
            if time.monotonic() > end:
                raise AssertionError(f"after {seconds:.0f} s, still not: {what}\n{self.last_words()}")
            time.sleep(0.2)

    def last_words(self) -> str:
        said = self.output.read_text(errors="replace") if self.output.exists() else ""
        return "\n".join(said.splitlines()[-40:])

    def processes(self) -> list[int]:
        """Every living process of this installation, whoever started it (known by its environment; Linux)."""
        mark, found = f"GUP_VAR={self.var}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def stop(self) -> list[int]:
        """As Ctrl-C does; the processes that stayed all the same, which are then killed."""
        if self.main is not None:
            self.main.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.main.wait(20)
        left = self.processes()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.main is not None:
            self.main.wait(5)
            self.main = None
        return left

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.var, ignore_errors=True)

    def _python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr[-2000:]}"
        return done.stdout


@contextlib.contextmanager
def borrowed_servers() -> Iterator[dict[str, str]]:
    """A database and a queue of one's own on the PostgreSQL and the Redis of this machine, dropped afterwards.

    Raises OSError (psycopg's and redis' own among them, as its cause) when one of the two does not answer.
    """
    administration = urlsplit(POSTGRES)._replace(path="/postgres").geturl()
    name = f"gup_journey_{os.getpid()}"
    try:
        number = _free_number()
        server = psycopg.connect(administration, autocommit=True, connect_timeout=2)
    except (psycopg.OperationalError, redis.RedisError) as silence:
        raise OSError("PostgreSQL (:5432) and Redis (:6379) do not both answer") from silence
    with server, contextlib.closing(server):
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield {
                "GUP_DATABASE_URL": urlsplit(POSTGRES)._replace(path=f"/{name}").geturl(),
                "GUP_BROKER_URL": f"{REDIS}/{number}",
            }
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
            with redis.Redis.from_url(f"{REDIS}/{number}") as queue:
                queue.flushdb()


def _free_number() -> int:
    """A Redis database that nobody uses. Raises redis.RedisError when there is none."""
    for number in REDIS_NUMBERS:
        with redis.Redis.from_url(f"{REDIS}/{number}", socket_connect_timeout=2) as queue:
            if queue.dbsize() == 0:
                return number
    raise redis.RedisError("no empty database")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
