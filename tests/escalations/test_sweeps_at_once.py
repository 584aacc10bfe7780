"""Two processes that sweep at the same instant write what one would have written."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gup.escalations.escalate import escalate_due
from gup.escalations.models import Escalation
from gup.notifications.enums import Topic
from gup.notifications.models import OutboxMessage
from tests.api.conftest import committed
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention

__all__ = ["committed"]
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
INCIDENTS = 12
# Says that it is ready, waits for the word, sweeps in small batches, and says how many levels it recorded.
SWEEP = """
import sys
from datetime import datetime
import django
django.setup()
from gup.escalations.escalate import escalate_due
print("ready", flush=True)
sys.stdin.readline()
print(escalate_due(datetime.fromisoformat(sys.argv[1]), batch=3))
"""


@pytest.mark.usefixtures("committed")
def test_two_processes_at_once_escalate_each_level_once(tmp_path: Path) -> None:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    for role in ("agent", "manager"):
        UserFactory(**{role: True}, organisation=bailleur)
    reporter = UserFactory(association=True, residences=[residence])
    for _ in range(INCIDENTS):
        IncidentFactory(residence=residence, by=reporter, at=NOW)
    later = NOW + timedelta(hours=4)
    sweeps = [_sweeper(later, tmp_path / str(number)) for number in range(2)]
    for each in sweeps:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in sweeps:
        assert each.stdin is not None
        each.stdin.write("now\n")
        each.stdin.flush()
    recorded = [int(each.communicate(timeout=60)[0]) for each in sweeps]
    assert sum(recorded) == 2 * INCIDENTS
    assert escalate_due(later) == 0
    levels = list(Escalation.objects.values_list("clock__incident", "level", "is_superseded"))
    assert len(levels) == len(set(levels)) == 2 * INCIDENTS
    assert sum(superseded for _, _, superseded in levels) == INCIDENTS
    assert OutboxMessage.objects.filter(topic=Topic.ESCALATION).count() == INCIDENTS


def _sweeper(at: datetime, var: Path) -> "subprocess.Popen[str]":
    """Another process of the same product, on the base of this test."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gup.settings",
        "GUP_VAR": str(var),
        "GUP_DATABASE_URL": _address_of_the_base(),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = [sys.executable, "-c", SWEEP, at.isoformat()]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    )


def _address_of_the_base() -> str:
    base = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{base['NAME']}"
    secret = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
    return f"postgres://{base['USER']}{secret}@{base['HOST']}:{base['PORT']}/{base['NAME']}"
