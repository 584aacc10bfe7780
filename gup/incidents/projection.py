"""Events in, clocks out: the only writer of clocks and pauses. The rules themselves are in service_levels."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gup.conventions.promise_book import book_in_use
from gup.incidents.enums import EventKind, PauseReasonChoice
from gup.incidents.facts import facts_of
from gup.service_levels.clocks import ClockState, fold

if TYPE_CHECKING:
    from gup.incidents.models import Clock, Incident, IncidentEvent

COMPARED = (
    "commitment_id",
    "started_at",
    "stopped_at",
    "cancelled_at",
    "paused_since",
    "remaining_seconds",
    "paused_seconds",
    "due_at",
    "strict_due_at",
    "lateness_seconds",
    "is_excused",
    "next_action_at",
)


def project(incident: "Incident", as_of: datetime) -> None:
    """Fold the incident's events and store what came out: clocks, pauses, and the due that lists are ordered by.

    `as_of` (UTC): amendments and alerts known by then bear on it.
    """
    events = list(incident.events.all())
    stored = {clock.key: clock for clock in incident.clocks.all()}
    fresh = {state.key: state for state in states_of(incident, events, as_of)}
    clock_model = incident.clocks.model
    started = []
    for key, state in fresh.items():
        clock = stored.pop(key, None)
        if clock is None:
            clock = clock_model(incident=incident, stage=state.stage.value, cycle=state.cycle, party_id=state.party)
            started.append(clock)
            write(clock, state)
        elif changed := write(clock, state):
            clock.save(update_fields=[field for field, _, _ in changed])
    if started:
        clock_model.objects.bulk_create(started)
    for vanished in stored.values():
        vanished.delete()
    _store_pauses(incident, events)
    dues = [state.due_at for state in fresh.values() if state.due_at and not (state.stopped_at or state.cancelled_at)]
    due_at = maybe_instant(min(dues, default=None))
    if due_at != incident.due_at:
        incident.due_at = due_at
        type(incident).objects.filter(pk=incident.pk).update(due_at=due_at)


def states_of(incident: "Incident", events: Iterable["IncidentEvent"], as_of: datetime) -> tuple[ClockState, ...]:
    """The clocks that these events of the incident give, under the amendments and alerts known at `as_of` (UTC)."""
    around = book_in_use().circumstances(incident.residence, incident.reported_at, as_of)
    return fold(facts_of(events), around.promises_for, around.interruptions, around.amendments)


def differences(incident: "Incident", as_of: datetime) -> list[str]:
    """Where the stored clocks differ from a fresh fold, one French sentence each; empty when they agree."""
    fresh = {state.key: state for state in states_of(incident, incident.events.all(), as_of)}
    stored = {clock.key: clock for clock in incident.clocks.all()}
    lines = [f"{incident.ref} : horloge {key} enregistrée, absente du calcul" for key in stored.keys() - fresh.keys()]
    lines += [f"{incident.ref} : horloge {key} calculée, non enregistrée" for key in fresh.keys() - stored.keys()]
    for key in sorted(fresh.keys() & stored.keys()):
        for field, was, now in write(stored[key], fresh[key]):
            lines.append(f"{incident.ref} : horloge {key}, {field} enregistré {was}, calculé {now}")
    return lines


def write(clock: "Clock", state: ClockState) -> list[tuple[str, object, object]]:
    """Bring the clock to the state; returns the fields that changed, with what they were and became."""
    before = {field: getattr(clock, field) for field in COMPARED}
    clock.commitment_id = state.promise_key
    clock.started_at = instant(state.started_at)
    clock.stopped_at = maybe_instant(state.stopped_at)
    clock.cancelled_at = maybe_instant(state.cancelled_at)
    clock.paused_since = maybe_instant(state.paused_since)
    clock.remaining_seconds = state.remaining_seconds
    clock.paused_seconds = state.paused_seconds
    clock.due_at = maybe_instant(state.due_at)
    clock.strict_due_at = instant(state.strict_due_at)
    clock.lateness_seconds = state.lateness_seconds
    clock.is_excused = state.excused
    clock.next_action_at = next_action(state, clock.fired_level)
    return [
        (field, before[field], getattr(clock, field)) for field in COMPARED if before[field] != getattr(clock, field)
    ]


def next_action(state: ClockState, fired_level: int) -> datetime | None:
    """When the next escalation level comes, among those above the highest already recorded."""
    coming = [at for order, at in state.levels if order > fired_level]
    return instant(min(coming)) if coming else None


def instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, tz=UTC)


def maybe_instant(epoch: int | None) -> datetime | None:
    return None if epoch is None else instant(epoch)


def _store_pauses(incident: "Incident", events: Sequence["IncidentEvent"]) -> None:
    """Rewrite the incident's pauses from its events; a resolution, a closing or a merging ends every wait."""
    if not any(event.kind == EventKind.HELD for event in events):
        return
    open_pauses: dict[str, tuple[datetime, datetime]] = {}
    rows: list[tuple[str, datetime, datetime | None, datetime | None]] = []

    def end(reasons: Iterable[str], at: datetime) -> None:
        for reason in [each for each in open_pauses if each in set(reasons)]:
            since, review_at = open_pauses.pop(reason)
            rows.append((reason, since, at, review_at))

    for event in sorted(events, key=lambda each: (each.at, each.seq)):
        if event.kind == EventKind.HELD:
            reason = str(event.data["reason"])
            open_pauses.setdefault(reason, (event.at, datetime.fromisoformat(str(event.data["review_at"]))))
        elif event.kind == EventKind.RESUMED:
            reasons = event.data.get("reasons", [])
            end([str(reason) for reason in reasons] if isinstance(reasons, list) else [], event.at)
        elif event.kind in (EventKind.RESOLVED, EventKind.DECLINED, EventKind.MERGED, EventKind.TRANSFERRED):
            end(PauseReasonChoice.values, event.at)
    rows += [(reason, since, None, review) for reason, (since, review) in open_pauses.items()]
    rows.sort(key=lambda row: (row[1], row[0]))
    stored = list(
        incident.pauses.order_by("started_at", "reason").values_list("reason", "started_at", "ended_at", "review_at")
    )
    if rows != stored:
        incident.pauses.all().delete()
        incident.pauses.bulk_create(
            incident.pauses.model(incident=incident, reason=reason, started_at=since, ended_at=until, review_at=review)
            for reason, since, until, review in rows
        )
