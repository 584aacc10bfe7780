"""/healthz: what an operator's monitor reads."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gup.notifications.enums import Topic
from gup.notifications.heartbeats import beat
from gup.notifications.outbox import notify
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db


def test_all_is_well_when_both_processes_beat() -> None:
    for name in ("worker", "beat"):
        beat(name, timezone.now())
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_silent_process_is_named() -> None:
    beat("worker", timezone.now())
    beat("beat", timezone.now() - timedelta(minutes=5))
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["silent"] == ["beat"]


def test_a_message_that_waits_too_long_is_a_fault() -> None:
    for name in ("worker", "beat"):
        beat(name, timezone.now())
    long_ago = timezone.now() - timedelta(hours=1)
    notify(key="k", topic=Topic.RECEIPT, recipients=["a@essai.example"], subject="s", body="b", at=long_ago)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["outbox_late"] is True


def test_a_report_of_what_was_seen_days_ago_is_no_fault_of_the_processes(desk: Desk) -> None:
    for name in ("worker", "beat"):
        beat(name, timezone.now())
    seen, received = timezone.now() - timedelta(days=6), timezone.now() - timedelta(minutes=1)
    IncidentFactory(residence=desk.residence, category=desk.category, reported_at=seen, at=received)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["sweep_late"], answer.json()["outbox_late"]) == (200, False, False)


def test_a_level_that_nobody_escalates_is_a_fault(desk: Desk) -> None:
    for name in ("worker", "beat"):
        beat(name, timezone.now())
    long_ago = timezone.now() - timedelta(days=2)
    IncidentFactory(residence=desk.residence, category=desk.category, at=long_ago)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["sweep_late"]) == (503, True)
