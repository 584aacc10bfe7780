"""Events in, clocks out: the only writer of clocks and pauses. The rules themselves are in service_levels."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gup.conventions.promise_book import PromiseBook, book_in_use
from gup.incidents.enums import EventKind, PauseReasonChoice
from gup.incidents.facts import facts_of, standing
from gup.service_levels.clocks import ClockState, Reading, earliest_report, read

if TYPE_CHECKING:
    from gup.conventions.models import ConventionVersion
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
    """Fold the incident's events and store what came out: clocks, pauses, the version that governs, and the due that
    lists are ordered by.

    `as_of` (UTC): amendments and alerts known by then bear on it.
    """
    events, book = list(incident.events.all()), book_in_use()
    stored = {clock.key: clock for clock in incident.clocks.all()}
    reading = _read(incident, events, as_of, book)
    fresh = {state.key: state for state in reading.clocks}
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
    due_at, version = _next_due(reading), _governing(incident, reading, as_of, book)
    if (due_at, version) != (incident.due_at, incident.convention_version):
        incident.due_at, incident.convention_version = due_at, version
        type(incident).objects.filter(pk=incident.pk).update(due_at=due_at, convention_version=version)


def states_of(incident: "Incident", events: Iterable["IncidentEvent"], as_of: datetime) -> tuple[ClockState, ...]:
    """The clocks that these events of the incident give, under the amendments and alerts known at `as_of` (UTC)."""
    return _read(incident, events, as_of, book_in_use()).clocks


def _read(incident: "Incident", events: Iterable["IncidentEvent"], as_of: datetime, book: PromiseBook) -> Reading:
    facts = facts_of(events)
    if not facts:
        # Read as of a day when it had not been received yet.
        return Reading((), None)
    around = book.circumstances(incident.residence, incident.reported_at, as_of, since=instant(earliest_report(facts)))
    return read(facts, around.promises_for, around.interruptions, around.amendments)


def _next_due(reading: Reading) -> datetime | None:
    """The earliest due among the clocks that run."""
    running = (state for state in reading.clocks if not (state.stopped_at or state.cancelled_at))
    return maybe_instant(min((state.due_at for state in running if state.due_at), default=None))


def _governing(
    incident: "Incident", reading: Reading, as_of: datetime, book: PromiseBook
) -> "ConventionVersion | None":
    """What binds whoever answers: the version of the report, or of the last amendment that bore on it (rule 11)."""
    until = incident.reported_at if reading.amended_at is None else instant(reading.amended_at)
    return book.version_for(incident.responsible_id, incident.residence, incident.reported_at, until, as_of)


def differences(incident: "Incident", as_of: datetime) -> list[str]:
    """Where the stored clocks differ from a fresh fold, one French sentence each; empty when they agree."""
    book = book_in_use()
    reading = _read(incident, incident.events.all(), as_of, book)
    fresh = {state.key: state for state in reading.clocks}
    stored = {clock.key: clock for clock in incident.clocks.all()}
    lines = [f"{incident.ref} : horloge {key} enregistrée, absente du calcul" for key in stored.keys() - fresh.keys()]
    lines += [f"{incident.ref} : horloge {key} calculée, non enregistrée" for key in fresh.keys() - stored.keys()]
    for key in sorted(fresh.keys() & stored.keys()):
        for field, was, now in write(stored[key], fresh[key]):
            lines.append(f"{incident.ref} : horloge {key}, {field} enregistré {was}, calculé {now}")
    if (due_at := _next_due(reading)) != incident.due_at:
        lines.append(f"{incident.ref} : échéance enregistrée {incident.due_at}, calculée {due_at}")
    if (version := _governing(incident, reading, as_of, book)) != incident.convention_version:
        lines.append(f"{incident.ref} : convention enregistrée {incident.convention_version}, calculée {version}")
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

    for event in sorted(standing(events), key=lambda each: (each.at, each.seq)):
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
