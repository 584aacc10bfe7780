"""Taking back, within a minute, what one has just said and nobody has acted upon. The history keeps both lines.

Harmless is what closes nothing, hands nothing over and asks nobody for an answer: a wrong button, a word too early.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gup.incidents import announcements
from gup.incidents.enums import EventKind, Verb, Visibility
from gup.incidents.errors import NotAllowed
from gup.incidents.lifecycle import UNDOABLE
from gup.partners.models import User

if TYPE_CHECKING:
    from gup.incidents.models import Incident, IncidentEvent

WITHIN = timedelta(seconds=60)


def undoable(incident: "Incident", by: User, at: datetime) -> "IncidentEvent | None":
    """What `by` may take back at this instant: her own last word on the incident, if it is harmless and a minute old
    at most. None when there is nothing.
    """
    last: IncidentEvent | None = incident.events.filter(seq=incident.version).first()
    if last is None or last.actor_id != by.pk or EventKind(last.kind) not in UNDOABLE or "before" not in last.data:
        return None
    return last if at < last.recorded_at + WITHIN else None


def undo(incident: "Incident", *, by: User, at: datetime) -> "IncidentEvent":
    """Take it back: state and clocks are as before, what was not sent yet is not sent, what was is corrected.

    Raises NotAllowed when there is nothing to take back any more, Stale when somebody was faster.
    """
    said = undoable(incident, by, at)
    if said is None:
        raise NotAllowed(
            "Il n'y a plus rien à annuler : une action s'annule pendant une minute, par son auteur, tant que rien ne "
            "l'a suivie."
        )
    before = said.data["before"]
    planned_for = before["planned_for"]
    event = incident._append(
        EventKind.UNDONE,
        by,
        at,
        data={"undoes": said.seq, "kind": said.kind},
        visibility=Visibility(said.visibility),
        status=before["status"],
        planned_for=datetime.fromisoformat(planned_for) if planned_for else None,
        assigned_to_id=before["assigned_to"],
    )
    announcements.take_back(said, event)
    return event


def undone(events: Iterable["IncidentEvent"]) -> set[int]:
    """The numbers of those that were taken back."""
    return {int(event.data["undoes"]) for event in events if event.kind == EventKind.UNDONE}


def label(event: "IncidentEvent") -> str:
    """The word on the button that was pressed."""
    return next(verb.label for verb in Verb if UNDOABLE.get(EventKind(event.kind)) == verb)
