"""The sweep's cost follows what is due, not what is open nor what is stored."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from gup.escalations.escalate import escalate_due
from gup.incidents.models import Clock, Incident
from tests.benchmarks.measures import copy_rows, head, say, sized, timed
from tests.factories import CategoryFactory, IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory
from tests.factories import signed_convention as sign

NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# A clock is told from the others of its incident by its cycle, a small integer.
CYCLES = 30_000


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_the_sweep_follows_what_is_due() -> None:
    due = sized(small=5, default=1_000, full=1_000)
    sizes = [sized(small=200, default=1_000_000, full=1_000_000)]
    if (more := sized(small=0, default=0, full=10_000_000)) > 0:
        sizes.append(more)
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    sign(bailleur, [residence.quartier])
    UserFactory(agent=True, organisation=bailleur)
    UserFactory(manager=True, organisation=bailleur)
    category, reporter = CategoryFactory(), UserFactory(association=True, residences=[residence])
    for _ in range(due):
        IncidentFactory(residence=residence, category=category, by=reporter, at=NOW)
    Clock.objects.filter(stage="resolve").update(next_action_at=None)
    head("Sweep")
    alone = timed(lambda: escalate_due(NOW + 3 * HOUR))
    say("due at 75 %, nothing else stored", due, alone)
    levels = iter([4, 6, 8])
    stored = 0
    for size in sizes:
        _fill(size - stored)
        stored = size
        seconds = timed(lambda: escalate_due(NOW + next(levels) * HOUR))
        say(f"due among {size:,} clocks, one in ten running", due, seconds, beside=("the same alone", alone))
        nothing = timed(lambda: escalate_due(NOW + 3 * HOUR))
        say(f"none due among {size:,} clocks", 1, nothing, beside=("due among them", seconds))
    plan = Clock.objects.filter(next_action_at__lte=NOW).order_by("next_action_at", "id")[:200].explain()
    sys.stdout.write(f"{plan}\n")


def _fill(count: int) -> None:
    """Clocks of other incidents: nine in ten are over, the others run with their next level far ahead."""
    template = Clock.objects.filter(stage="resolve").order_by("pk")[0]
    incidents: list[int] = []
    for _ in range(count // CYCLES + 1):
        copy = Incident.objects.get(pk=template.incident_id)
        copy.pk, copy.client_uuid = None, None
        copy.ref = f"FILL-{Incident.objects.count()}-{len(incidents)}"
        copy.follow_up_hash = copy.ref
        copy.save(force_insert=True)
        incidents.append(copy.pk)
    assert incidents == list(range(incidents[0], incidents[0] + len(incidents)))
    ahead = "'2030-01-01 00:00:00+00:00'"
    copy_rows(
        Clock,
        f"t.id = {template.pk}",
        count,
        {
            "incident_id": f"{incidents[0]} + n.i / {CYCLES}",
            "cycle": f"2 + n.i % {CYCLES}",
            "next_action_at": f"CASE WHEN n.i % 10 = 0 THEN {_instant(ahead)} END",
            "stopped_at": "CASE WHEN n.i % 10 <> 0 THEN t.due_at END",
        },
    )


def _instant(text: str) -> str:
    """SQLite keeps instants as text, without a zone."""
    return f"CAST({text} AS timestamptz)" if connection.vendor == "postgresql" else text.replace("+00:00", "")
