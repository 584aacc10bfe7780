"""What the master of a duplicate is told: its clocks start from the earliest report of the same problem (rule 14)."""

from datetime import datetime
from typing import TYPE_CHECKING

from gup.incidents.enums import EventKind
from gup.incidents.facts import first_reported_at
from gup.partners.actors import Actor

if TYPE_CHECKING:
    from gup.incidents.models import Incident


def absorb(master: "Incident", duplicate: "Incident", *, by: Actor, at: datetime) -> None:
    """The master holds the duplicate's report, or the earlier one of a duplicate that this one holds itself."""
    _tell(master, EventKind.ABSORBED, duplicate, first_reported_at(duplicate.events.all()), by, at)


def release(master: "Incident", duplicate: "Incident", *, by: Actor, at: datetime) -> None:
    """Undo it; and where the master has become a duplicate too, on up: it may have brought this very report there."""
    _tell(master, EventKind.RELEASED, duplicate, _held(master, duplicate), by, at)
    while (above := master.merged_into) is not None:
        held, brought = _held(above, master), first_reported_at(master.events.all())
        if held == brought:
            return
        _tell(above, EventKind.RELEASED, master, held, by, at)
        _tell(above, EventKind.ABSORBED, master, brought, by, at)
        master = above


def _held(master: "Incident", duplicate: "Incident") -> datetime:
    """The report that the master last took over from this duplicate."""
    absorbed = master.events.filter(kind=EventKind.ABSORBED, data__child=duplicate.ref).latest("seq")
    return datetime.fromisoformat(str(absorbed.data["reported_at"]))


def _tell(
    master: "Incident", kind: EventKind, duplicate: "Incident", reported_at: datetime, by: Actor, at: datetime
) -> None:
    master._append(kind, by, at, data={"child": duplicate.ref, "reported_at": reported_at.isoformat()})
