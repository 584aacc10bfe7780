"""A wrong button is taken back within a minute: state, clocks and messages are as if it had not been pressed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from gup.incidents.enums import EventKind, Status, Visibility
from gup.incidents.errors import NotAllowed
from gup.incidents.models import Incident
from gup.incidents.projection import differences
from gup.incidents.undoing import undo
from gup.notifications.models import OutboxMessage
from gup.notifications.outbox import deliver_due
from tests.desk.conftest import Desk, as_, desk
from tests.factories import IncidentFactory

__all__ = ["as_", "desk"]

As = Callable[[str], Client]
NOON = datetime(2026, 9, 10, 16, 0, tzinfo=UTC)
SOON = NOON + timedelta(seconds=30)


@pytest.fixture
def incident(desk: Desk) -> Incident:
    made: Incident = IncidentFactory(
        residence=desk.residence, category=desk.category, by=desk.people["association"], at=NOON - timedelta(hours=1)
    )
    OutboxMessage.objects.all().delete()
    return made


def _clocks(incident: Incident) -> list[tuple[object, ...]]:
    return list(incident.clocks.order_by("id").values_list("stage", "stopped_at", "due_at", "remaining_seconds"))


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("acknowledge", {}),
        ("attend", {}),
        ("plan", {"planned_for": NOON + timedelta(days=1)}),
        ("comment", {"text": "Au mauvais endroit."}),
    ],
)
def test_what_was_said_too_early_is_taken_back(
    desk: Desk, incident: Incident, verb: str, given: dict[str, object]
) -> None:
    before = (incident.status, incident.planned_for, incident.due_at, _clocks(incident))
    getattr(incident, verb)(by=desk.people["agent"], at=NOON, **given)
    undo(incident, by=desk.people["agent"], at=SOON)
    incident.refresh_from_db()
    assert (incident.status, incident.planned_for, incident.due_at, _clocks(incident)) == before
    assert differences(incident, SOON) == []
    assert [event.kind for event in incident.events.order_by("-seq")[:1]] == [EventKind.UNDONE]


def test_a_wait_and_its_end_are_taken_back(desk: Desk, incident: Incident) -> None:
    agent = desk.people["agent"]
    incident.acknowledge(by=agent, at=NOON)
    running = _clocks(incident)
    incident.hold(by=agent, at=NOON, reason="parts", text="Pièce commandée.")
    undo(incident, by=agent, at=SOON)
    assert (incident.status, _clocks(incident)) == (Status.ACKNOWLEDGED, running)
    assert not incident.pauses.exists()
    incident.hold(by=agent, at=SOON, reason="parts", text="Pièce commandée.")
    asleep = list(incident.pauses.values_list("reason", "started_at", "ended_at"))
    incident.resume(by=agent, at=SOON + timedelta(minutes=2))
    undo(incident, by=agent, at=SOON + timedelta(minutes=2, seconds=5))
    assert incident.status == Status.ON_HOLD
    assert list(incident.pauses.values_list("reason", "started_at", "ended_at")) == asleep


def test_a_minute_later_or_by_another_or_after_another_word_nothing_is_taken_back(
    desk: Desk, incident: Incident
) -> None:
    agent, manager = desk.people["agent"], desk.people["manager"]
    incident.acknowledge(by=agent, at=NOON)
    for who, at in ((manager, SOON), (agent, NOON + timedelta(seconds=60))):
        with pytest.raises(NotAllowed, match="plus rien à annuler"):
            undo(incident, by=who, at=at)
    incident.comment(by=manager, at=SOON, text="Merci.")
    with pytest.raises(NotAllowed):
        undo(incident, by=agent, at=SOON)
    assert incident.status == Status.ACKNOWLEDGED


def test_what_closes_or_hands_over_is_not_harmless(desk: Desk, incident: Incident) -> None:
    agent = desk.people["agent"]
    incident.resolve(by=agent, at=NOON, text="Ampoule changée.")
    with pytest.raises(NotAllowed):
        undo(incident, by=agent, at=SOON)
    undone_once = IncidentFactory(residence=desk.residence, category=desk.category, at=NOON)
    undone_once.acknowledge(by=agent, at=NOON)
    undo(undone_once, by=agent, at=SOON)
    with pytest.raises(NotAllowed):
        undo(undone_once, by=agent, at=SOON)


def test_what_nobody_has_read_is_not_sent_and_who_has_read_it_is_told(desk: Desk, incident: Incident) -> None:
    agent = desk.people["agent"]
    incident.acknowledge(by=agent, at=NOON)
    assert OutboxMessage.objects.get().recipient == desk.people["association"]
    undo(incident, by=agent, at=SOON)
    assert not OutboxMessage.objects.exists()
    incident.acknowledge(by=agent, at=SOON)
    assert deliver_due(SOON) == 1
    undo(incident, by=agent, at=SOON + timedelta(seconds=10))
    told = OutboxMessage.objects.get(sent_at=None)
    assert (told.recipient, told.subject) == (
        desk.people["association"],
        f"{incident.ref} : prise en charge : annulé",
    )


def test_the_page_offers_it_for_a_minute_and_the_history_keeps_both_lines(
    desk: Desk, as_: As, incident: Incident
) -> None:
    address = f"/incidents/{incident.ref}/"
    with time_machine.travel(NOON, tick=False):
        said = {"comment-version": incident.version, "comment-text": "Vu au 3e.", "comment-visibility": "internal"}
        as_("agent").post(f"{address}comment/", said)
        assert "« Commenter » peut s'annuler jusqu'à 12:01:00." in as_("agent").get(address).content.decode()
        assert "peut s'annuler" not in as_("manager").get(address).content.decode()
    with time_machine.travel(SOON, tick=False):
        page = as_("agent").post(f"{address}annuler/", follow=True).content.decode().replace("&#x27;", "'")
        assert "Annulé : l'incident est comme avant." in page
        assert "Vu au 3e." in page
        assert '<li class="undone' in page
        again = as_("agent").post(f"{address}annuler/", follow=True).content.decode()
        assert "Il n'y a plus rien à annuler" in again.replace("&#x27;", "'")
    # Words kept among colleagues are taken back among colleagues.
    assert incident.events.get(kind=EventKind.UNDONE).visibility == Visibility.INTERNAL
