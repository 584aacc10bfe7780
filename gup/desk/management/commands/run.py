import fcntl
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gup.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Démarre tout : pages et API, travaux de fond, et le courtier de messages si aucun n'est nommé."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.GUP_HOST, help="adresse d'écoute (GUP_HOST)")
        parser.add_argument("--port", type=int, default=settings.GUP_PORT, help="port d'écoute (GUP_PORT)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        with Path(settings.GUP_VAR, "run.lock").open("w") as lock:
            self.hold(lock)
            self.supervise(host, port)

    def supervise(self, host: str, port: int) -> None:
        """Everything, until SIGINT, SIGTERM or SIGHUP. Raises CommandError if the port is taken."""
        if answers(host, port):
            raise CommandError(f"Le port {port} est déjà pris : arrêtez ce qui l'occupe, ou choisissez GUP_PORT.")
        call_command("collectstatic", interactive=False, verbosity=0)
        supervisor = Supervisor(children(host, port), self.say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.stopped.set())
        self.say("Démarrage…")
        supervisor.run(lambda: answers(host, port), lambda: self.tell_what_to_open(host, port))
        self.say("Arrêté.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def hold(self, lock: IO[str]) -> None:
        """Lock this installation: two brokers on one folder would take the queue from each other.

        Raises CommandError if another `gup run` holds it.
        """
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise CommandError("« gup run » tourne déjà pour cette installation.") from held

    def tell_what_to_open(self, host: str, port: int) -> None:
        default = settings.GUP_BASE_URL
        url = default if default.endswith(f":{port}") or default.startswith("https") else f"http://{host}:{port}"
        self.say(
            f"\n  Ouvrir          {url}/\n"
            f"  API             {url}/api/docs/\n"
            f"  État du service {url}/healthz\n"
            f"  Courriels       {settings.EMAIL_FILE_PATH}\n\n"
            "  Ctrl-C pour arrêter.\n"
        )


def children(host: str, port: int) -> list[Child]:
    """What runs, in the order it starts. The worker is named and not imported: it is a door."""
    python, embedded = sys.executable, str(settings.GUP_BROKER_SOCKET)
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--workers", str(settings.GUP_WEB_WORKERS), "--blocking-threads", str(settings.GUP_WEB_THREADS)]
    web += ["--respawn-failed-workers", "--log-level", "warning", "gup.wsgi:application"]
    celery = [python, "-m", "celery", "--quiet", "-A", "worker"]
    started = [
        Child("web", web),
        # A task that runs when we stop gets this long to end; what it has not done, it does at the next start.
        Child("worker", [*celery, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"], patience=30),
        # No pid file: the one of a beat that was killed would keep the next from starting.
        Child("beat", [*celery, "beat", "--loglevel=WARNING", "--pidfile="]),
    ]
    if settings.CELERY_BROKER_URL.endswith(f"://{embedded}"):
        started.insert(0, Child("broker", [python, "-m", "gup.broker", embedded]))
    return started


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        socket.create_connection((target, port), timeout=0.5).close()
    except OSError:
        return False
    return True
