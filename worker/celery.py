"""The Celery application: its settings are the CELERY_* of gup.settings, its schedule is plain code."""

import os
from typing import Any

from celery import Celery, bootsteps, signals
from celery.signals import setup_logging

from worker.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gup.settings")

app = Celery("gup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks(["worker"])
app.autodiscover_tasks(["worker"], related_name="pulse")


@setup_logging.connect
def keep_the_logging_of_the_settings(**_: Any) -> None:
    """Celery leaves logging alone as soon as anybody answers this."""


# Four to the two minutes after which /healthz calls the worker silent (seconds).
PULSE = 30.0


class Pulse(bootsteps.StartStopStep):
    """Sends the worker its own pulse; started again with each new connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        self._send()
        self.entry = parent.timer.call_repeatedly(PULSE, self._send)

    def stop(self, parent: Any) -> None:
        if self.entry is not None:
            parent.timer.cancel(self.entry)
            self.entry = None

    @staticmethod
    def _send() -> None:
        app.send_task("worker.pulse.hear_worker", expires=PULSE)


app.steps["consumer"].add(Pulse)


@signals.beat_init.connect
def poke_everything(**_: Any) -> None:
    """What a stopped night owes is not left for another interval: at its start beat pokes each task once."""
    for entry in SCHEDULE.values():
        app.send_task(entry["task"], expires=entry["options"]["expires"])
