"""The sweep: what is due now, and only that, is escalated; running it twice, or two at once, changes nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from gup.conventions.enums import Audience, EscalationChannel, Priority, StageChoice
from gup.conventions.models import EscalationStep
from gup.conventions.promise_book import one_book
from gup.escalations.models import Escalation
from gup.incidents.announcements import dsu, staff
from gup.incidents.models import Clock
from gup.incidents.projection import instant, states_of
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners.enums import Role
from gup.partners.models import User
from gup.service_levels.clocks import ClockState

BATCH = 200

# Whom an audience is, inside the party in charge.
ROLES_OF_AUDIENCE: dict[str, Sequence[Role]] = {
    Audience.CARETAKER: (Role.AGENT, Role.SERVICE),
    Audience.AGENCY: (Role.MANAGER, Role.SERVICE),
    Audience.DIRECTION: (Role.MANAGER, Role.SERVICE),
}


def escalate_due(now: datetime, *, batch: int = BATCH) -> int:
    """Record and announce every escalation level reached by `now` (UTC); returns how many levels were recorded.

    Its cost follows what is due: one range of the `next_action_at` index, in batches, each its own transaction.
    """
    recorded = 0
    while True:
        with transaction.atomic(), one_book():
            due = _due(now, batch)
            for clock in due:
                recorded += _escalate(clock, now)
        if len(due) < batch:
            return recorded


def _due(now: datetime, batch: int) -> list[Clock]:
    """The next clocks whose level has come; on PostgreSQL those that another sweep holds are skipped."""
    clocks = Clock.objects.filter(next_action_at__lte=now).order_by("next_action_at", "id")
    if not clocks.exists():
        return []  # most sweeps: one look at the index, and no lock
    if connection.features.has_select_for_update_skip_locked:
        clocks = clocks.select_for_update(skip_locked=True, of=("self",))
    return list(clocks.select_related("incident__category", "incident__residence", "commitment", "party")[:batch])


def _escalate(clock: Clock, now: datetime) -> int:
    """Record the levels a clock has reached: the highest speaks, the lower ones are kept as superseded."""
    state = _fresh_state(clock, now)
    reached = [(order, at) for order, at in state.levels if order > clock.fired_level and instant(at) <= now]
    coming = [at for order, at in state.levels if instant(at) > now and order > clock.fired_level]
    highest = max((order for order, _ in reached), default=clock.fired_level)
    # Compare and set: if another sweep moved this clock first, its escalations are already written.
    moved = Clock.objects.filter(pk=clock.pk, fired_level=clock.fired_level, next_action_at=clock.next_action_at)
    if not moved.update(fired_level=highest, next_action_at=instant(min(coming)) if coming else None):
        return 0
    # Of the promise that governs now: an amendment may have come into force since the clock was stored.
    steps = {step.level: step for step in EscalationStep.objects.filter(version__commitments=state.promise_key)}
    Escalation.objects.bulk_create(
        [
            Escalation(
                clock=clock,
                incident=clock.incident,
                level=order,
                audience=steps[order].audience,
                reached_at=instant(at),
                fired_at=now,
                is_superseded=order != highest,
            )
            for order, at in reached
        ],
        ignore_conflicts=True,
    )
    if reached:
        _tell(clock, steps[highest], now)
    return len(reached)


def _fresh_state(clock: Clock, now: datetime) -> ClockState:
    incident = clock.incident
    for state in states_of(incident, incident.events.all(), now):
        if state.key == clock.key:
            return state
    raise LookupError(f"L'horloge {clock.pk} n'existe plus dans l'histoire de {incident.ref}.")


def _tell(clock: Clock, step: EscalationStep, now: datetime) -> None:
    if step.channel != EscalationChannel.EMAIL:
        return
    incident = clock.incident
    stage = StageChoice(clock.stage).label.lower()
    link = settings.GUP_BASE_URL + reverse("incident", kwargs={"ref": incident.ref})
    late = clock.due_at is not None and clock.due_at < now
    sentence = f"Le délai de « {stage} » est dépassé." if late else f"Le délai de « {stage} » approche de son terme."
    details = "" if incident.is_confidential else f"{incident.title}\n{incident.residence} · {incident.category}\n\n"
    notify(
        key=f"escalation:{clock.pk}:{step.level}",
        topic=Topic.ESCALATION,
        recipients=_audience(clock, step.audience),
        subject=f"{incident.ref} : {'délai dépassé' if late else 'échéance proche'} (niveau {step.level})",
        body=f"{sentence}\n\n{details}Ouvrir l'incident : {link}\n",
        at=now,
        must_hear=True,
        urgent=incident.priority == Priority.DANGER,
    )


def _audience(clock: Clock, audience: str) -> list[User]:
    incident = clock.incident
    if audience == Audience.DSU:
        return dsu()
    if audience == Audience.COMMITTEE:
        return list(
            User.objects.filter(
                memberships__role=Role.COMMITTEE, memberships__is_active=True, is_active=True
            ).distinct()
        )
    roles = [Role.MANAGER] if incident.is_confidential else ROLES_OF_AUDIENCE[audience]
    return staff(clock.party, roles, incident.residence_id)
