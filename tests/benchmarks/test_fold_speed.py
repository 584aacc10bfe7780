"""Folding one long history, and folding many incidents again after a decision that bears on all of them."""

import sys
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from gup.conventions.alerts import declare_alert
from gup.conventions.promise_book import one_book
from gup.incidents.enums import PauseReasonChoice
from gup.incidents.facts import facts_of
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.incidents.recalculating import recalculate_due
from gup.partners.models import User
from gup.service_levels.clocks import fold
from tests.benchmarks.measures import copy_rows, head, peak_memory, say, sized, timed
from tests.factories import CategoryFactory, IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory
from tests.factories import signed_convention as sign

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# Copies of a row are numbered this far from it.
APART = 1_000_000


@pytest.fixture
def agent() -> User:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    sign(bailleur, [residence.quartier])
    CategoryFactory()
    UserFactory(association=True, residences=[residence])
    user: User = UserFactory(agent=True, organisation=bailleur)
    return user


def _incident(agent: User, waits: int) -> Incident:
    """Acknowledged, then as many waits for information as asked, each resumed."""
    residence = agent.memberships.get().organisation.managements.get().residence
    reporter = residence.memberships.get().user
    category = CategoryFactory._meta.model.objects.get(parent__isnull=False)
    incident: Incident = IncidentFactory(residence=residence, category=category, by=reporter, at=NOW)
    incident.acknowledge(by=agent, at=NOW + MINUTE)
    at = NOW + 2 * MINUTE
    for _ in range(waits):
        incident.hold(by=agent, at=at, reason=PauseReasonChoice.INFO_REQUESTED, text="Quel étage ?")
        incident.resume(by=agent, at=at + MINUTE)
        at += 2 * MINUTE
    return incident


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_a_history_of_200_events(agent: User) -> None:
    events = sized(small=20, default=200, full=200)
    incident = _incident(agent, waits=(events - 3) // 2)
    history = list(incident.events.all())
    runs = sized(small=2, default=200, full=200)
    head("Fold")
    with one_book() as book:
        around = book.circumstances(incident.residence, incident.reported_at, NOW + timedelta(days=9))
        facts = facts_of(history)
        fold(facts, around.promises_for)
        alone = timed(lambda: [fold(facts, around.promises_for) for _ in range(runs)])
        say(f"fold of {len(history)} events", runs, alone)
        whole = timed(lambda: [states_of(incident, incident.events.all(), NOW) for _ in range(runs)])
    say(f"read and fold of {len(history)} events", runs, whole, beside=("the fold alone", alone))


@pytest.mark.benchmark
@pytest.mark.timeout(7200)
@pytest.mark.django_db
def test_many_incidents_folded_again(agent: User) -> None:
    count = sized(small=20, default=5_000, full=100_000)
    templates = min(count, 20)
    for waits in range(templates):
        _incident(agent, waits=waits % 4)
    copies = count // templates - 1
    if copies:
        shifted = f"t.id + n.i * {APART}"
        unique = {"id": shifted, "ref": f"'C' || ({shifted})", "follow_up_hash": f"'C' || ({shifted})"}
        copy_rows(Incident, f"t.id < {APART}", copies, unique)
        moved = {"id": shifted, "incident_id": f"t.incident_id + n.i * {APART}"}
        copy_rows(IncidentEvent, f"t.incident_id < {APART}", copies, moved)
    head("Folding again")
    later = NOW + timedelta(hours=6)
    declare_alert(perimeter=None, reason="Mesure", started_at=later, by=UserFactory(reviewer=True), at=later)
    first = timed(lambda: recalculate_due(later))
    say("incidents folded again, most clocks written anew", count, first)
    out = StringIO()
    verified = timed(lambda: call_command("verify_clocks", stdout=out))
    say("incidents verified", count, verified, beside=("folding them again", first))
    sys.stdout.write(f"{peak_memory()}\n")
