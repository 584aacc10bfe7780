"""From the history people read to the facts that the fold understands."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gup.incidents.enums import EventKind, Visibility
from gup.service_levels.clocks import Fact, earliest_report
from gup.service_levels.stages import FactKind, PauseReason, Stage

if TYPE_CHECKING:
    from gup.incidents.models import IncidentEvent

REACHED = {
    EventKind.ACKNOWLEDGED: Stage.ACKNOWLEDGE,
    EventKind.PLANNED: Stage.ACKNOWLEDGE,
    EventKind.ATTENDED: Stage.ATTEND,
    EventKind.MADE_SAFE: Stage.MAKE_SAFE,
    EventKind.RESOLVED: Stage.RESOLVE,
}
# What the party in charge says publicly and in person: the first of these is its answer.
WORDS_OF_A_PERSON = frozenset(
    {
        *REACHED,
        EventKind.HELD,
        EventKind.DECLINED,
        EventKind.COMMENTED,
        EventKind.TRANSFERRED,
        EventKind.RESUMED,
    }
)


def epoch(at: datetime) -> int:
    """The whole second (UTC) that the fold counts in."""
    return int(at.timestamp())


def facts_of(events: Iterable["IncidentEvent"]) -> list[Fact]:
    """Every fact that the events of one incident carry; one that moves no clock, or was taken back, carries none."""
    return [fact for event in standing(events) for fact in _facts(event)]


def standing(events: Iterable["IncidentEvent"]) -> list["IncidentEvent"]:
    """The events of one incident without those that their author took back, nor her taking back."""
    events = list(events)
    gone = {event.data["undoes"] for event in events if event.kind == EventKind.UNDONE}
    return [event for event in events if event.seq not in gone and event.kind != EventKind.UNDONE]


def first_reported_at(events: Iterable["IncidentEvent"]) -> datetime:
    """When the problem was first reported (UTC): the incident itself, or a duplicate that it still holds."""
    return datetime.fromtimestamp(earliest_report(facts_of(events)), UTC)


def moves_clocks(event: "IncidentEvent") -> bool:
    """Whether the event carries any fact, or takes one away; any other leaves every clock as it was."""
    return event.kind == EventKind.UNDONE or any(True for _ in _facts(event))


def _facts(event: "IncidentEvent") -> Iterator[Fact]:
    at, seq, data, kind = epoch(event.at), event.seq, event.data, EventKind(event.kind)
    if kind == EventKind.OPENED:
        yield Fact(
            at,
            seq,
            FactKind.OPENED,
            category=str(data["category"]),
            priority=str(data["priority"]),
            party=_number(data["party"]),
        )
    elif kind == EventKind.RECEIPT_SENT:
        yield Fact(at, seq, FactKind.RECEIPT_SENT)
    elif kind in REACHED:
        yield Fact(at, seq, FactKind.STAGE_REACHED, stage=REACHED[kind])
    elif kind == EventKind.HELD:
        yield Fact(at, seq, FactKind.PAUSED, reason=PauseReason(str(data["reason"])))
    elif kind == EventKind.RESUMED:
        reasons = data.get("reasons", [])
        for reason in reasons if isinstance(reasons, list) else []:
            yield Fact(at, seq, FactKind.RESUMED, reason=PauseReason(str(reason)))
    elif kind in (EventKind.CONTESTED, EventKind.REOPENED):
        yield Fact(at, seq, FactKind.REOPENED)
    elif kind == EventKind.DECLINED:
        yield Fact(at, seq, FactKind.CLOSED_UNRESOLVED)
    elif kind == EventKind.TRANSFERRED:
        yield Fact(at, seq, FactKind.TRANSFERRED, party=_number(data["party"]))
    elif kind == EventKind.REPRIORITISED:
        yield Fact(at, seq, FactKind.REPRIORITISED, priority=str(data["priority"]), mode=str(data["mode"]))
    elif kind == EventKind.REQUALIFIED:
        yield Fact(at, seq, FactKind.REQUALIFIED, category=str(data["category"]))
    elif kind == EventKind.MERGED:
        yield Fact(at, seq, FactKind.MERGED)
    elif kind == EventKind.UNMERGED:
        yield Fact(at, seq, FactKind.UNMERGED)
    elif kind in (EventKind.ABSORBED, EventKind.RELEASED):
        reported_at = datetime.fromisoformat(str(data["reported_at"]))
        yield Fact(at, seq, FactKind(kind.value), reported_at=epoch(reported_at))
    elif kind == EventKind.ARBITRATED:
        yield Fact(
            at,
            seq,
            FactKind.EXCUSED,
            stage=Stage(str(data["stage"])),
            cycle=_number(data["cycle"]),
            party=_number(data["party"]),
        )
    if kind in WORDS_OF_A_PERSON and event.visibility == Visibility.PUBLIC and _speaks_for_party(event):
        yield Fact(at, seq, FactKind.ANSWERED)


def _speaks_for_party(event: "IncidentEvent") -> bool:
    """A word counts as the party's answer when its author did not speak for the tenants, and is a person."""
    return event.actor_id is not None and event.data.get("side") != "tenants"


def _number(value: object) -> int:
    """An identifier stored in an event. Raises ValueError when the event was not written by the product."""
    if not isinstance(value, int):
        raise ValueError(f"Identifiant attendu, trouvé {value!r}.")
    return value
