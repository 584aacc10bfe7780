"""Two sweeps at the same instant, each with its own connection, write what one would have written."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from gup.escalations.escalate import escalate_due
from gup.escalations.models import Escalation
from gup.notifications.enums import Topic
from gup.notifications.models import OutboxMessage
from tests.api.conftest import committed
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention

__all__ = ["committed"]
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
INCIDENTS = 12


@pytest.mark.usefixtures("committed")
def test_two_sweeps_at_once_escalate_each_level_once() -> None:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    for role in ("agent", "manager"):
        UserFactory(**{role: True}, organisation=bailleur)
    reporter = UserFactory(association=True, residences=[residence])
    for _ in range(INCIDENTS):
        IncidentFactory(residence=residence, by=reporter, at=NOW)
    together, failures = threading.Barrier(2), []

    def sweep() -> None:
        try:
            together.wait(timeout=20)
            escalate_due(NOW + timedelta(hours=4), batch=3)
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    sweeps = [threading.Thread(target=sweep) for _ in range(2)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join(timeout=60)
    assert failures == []
    assert escalate_due(NOW + timedelta(hours=4)) == 0
    levels = list(Escalation.objects.values_list("clock__incident", "level", "is_superseded"))
    assert len(levels) == len(set(levels)) == 2 * INCIDENTS
    assert sum(superseded for _, _, superseded in levels) == INCIDENTS
    assert OutboxMessage.objects.filter(topic=Topic.ESCALATION).count() == INCIDENTS
