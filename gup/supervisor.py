"""Processes kept alive: started together, started again for ever when they die, stopped together in reverse order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

# A process that lives this long (seconds) has started well: its next fall waits little again.
SETTLED = 60.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
POLL = 0.2


def die_with_parent() -> None:
    """Linux: the child gets SIGTERM when the supervisor is gone, even by SIGKILL. Elsewhere it stays."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


@dataclass
class Child:
    """One process by the name an operator knows it by. `patience`: seconds between SIGTERM and SIGKILL."""

    name: str
    argv: Sequence[str]
    patience: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    not_before: float = 0.0

    def start(self, now: float) -> None:
        # A session of its own: Ctrl-C reaches the supervisor only, which then stops the children in order.
        self.process = subprocess.Popen(self.argv, start_new_session=True, preexec_fn=die_with_parent)
        self.started = now

    def fell(self, now: float) -> int | None:
        """The exit code if it has just died (the next start is then planned), None while it runs or waits."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.kill_group()
        self.process = None
        self.falls = 1 if now - self.started > SETTLED else self.falls + 1
        self.not_before = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self.falls - 1, 10))
        return code

    def kill_group(self) -> None:
        """SIGKILL to the child and to its own children (pool processes of a worker)."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM to the main process, which ends its own children; SIGKILL to all that is left after `patience`."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        self.kill_group()
        self.process.wait()
        self.process = None


@dataclass
class Supervisor:
    """`say` gets one French line for each thing an operator should know."""

    children: list[Child]
    say: Callable[[str], None]
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], bool], when_ready: Callable[[], None]) -> None:
        """Until `stopped` is set. `when_ready` is called once, the first time `ready` answers True."""
        told = False
        try:
            while not self.stopped.is_set():
                self.tend(time.monotonic())
                if not told and ready():
                    told = True
                    when_ready()
                self.stopped.wait(POLL)
        finally:
            for child in reversed(self.children):
                child.stop()

    def tend(self, now: float) -> None:
        """One round at `now` (monotonic seconds): note who died, start who is due."""
        for child in self.children:
            if (code := child.fell(now)) is not None:
                wait = child.not_before - now
                self.say(f"« {child.name} » s'est arrêté (code {code}) ; il repart dans {wait:.1f} s.")
            if child.process is None and now >= child.not_before:
                child.start(now)
