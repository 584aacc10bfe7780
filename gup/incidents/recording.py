"""How a verb is written down: checked against the table, appended to the history, folded, told; or nothing at all."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import F

from gup.incidents import announcements, facts, lifecycle, projection
from gup.incidents.enums import EventKind, Status, Verb, Visibility
from gup.incidents.errors import InvalidInput, NotAllowed, Stale, WrongTransition
from gup.incidents.words import clean_text
from gup.partners.actors import Actor, Machine, PublicReporter
from gup.partners.models import Organisation, User

if TYPE_CHECKING:
    from gup.incidents.models import Incident, IncidentEvent


class IncidentRecord:
    """What every verb stands on."""

    def as_incident(self) -> "Incident":
        """Itself, as the model that this is mixed into."""
        return cast("Incident", self)

    def allowed_actions(self, by: Actor) -> list[Verb]:
        return lifecycle.allowed_actions(self.as_incident(), by)

    def _check(self, verb: Verb, by: Actor, at: datetime) -> None:
        """Refuse what the table does not allow, with a sentence that says what is possible."""
        incident = self.as_incident()
        allowed = self.allowed_actions(by)
        if verb not in allowed:
            possible = ", ".join(f"« {each.label} »" for each in allowed) or "aucune action"
            state = Status(incident.status).label.lower()
            sentence = (
                f"« {verb.label} » n'est pas possible : l'incident est « {state} ». Possible pour vous : {possible}."
            )
            if Status(incident.status) in lifecycle.TRANSITIONS[verb].moves:
                raise NotAllowed(sentence)
            raise WrongTransition(sentence)
        if at.replace(microsecond=0) < incident.updated_at:
            raise InvalidInput("Une action plus récente est déjà enregistrée sur cet incident.", field="at")

    def _say(
        self,
        verb: Verb,
        by: Actor,
        at: datetime,
        *,
        text: str = "",
        data: dict[str, object] | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        **changes: Any,
    ) -> "IncidentEvent":
        """One verb: checked, its event appended, the state moved, the clocks folded, people told; or nothing at all."""
        incident = self.as_incident()
        row = lifecycle.TRANSITIONS[verb]
        with transaction.atomic():
            self._check(verb, by, at)
            before = {"before": _before(incident)} if row.event in lifecycle.UNDOABLE else {}
            changes["status"] = row.moves[Status(incident.status)]
            told = {**(data or {}), **before}
            event = self._append(row.event, by, at, text=text, data=told, visibility=visibility, **changes)
            announcements.tell(event)
        return event

    def _append(
        self,
        kind: EventKind,
        by: Actor,
        at: datetime,
        *,
        text: str = "",
        data: dict[str, object] | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        recorded_at: datetime | None = None,
        **changes: Any,
    ) -> "IncidentEvent":
        """Compare the version and set it, append the event, fold. Raises Stale when somebody was faster."""
        incident = self.as_incident()
        at = at.replace(microsecond=0)
        # No savepoint of its own: what fails here fails the whole verb.
        with transaction.atomic(savepoint=False):
            moved = type(incident).objects.filter(pk=incident.pk, version=incident.version)
            if not moved.update(version=F("version") + 1, updated_at=at, **changes):
                raise Stale("L'incident vient d'être modifié par quelqu'un d'autre : relisez-le.", field="version")
            incident.version += 1
            incident.updated_at = at
            for name, value in changes.items():
                setattr(incident, name, value)
            actor, actor_name, organisation = _signature(incident, by)
            side = {"side": "tenants"} if lifecycle.speaks_for_tenants(incident, by) else {}
            event = incident.events.create(
                seq=incident.version,
                kind=kind,
                at=at,
                recorded_at=(recorded_at or at).replace(microsecond=0),
                actor=actor,
                actor_name=actor_name,
                organisation=organisation,
                visibility=visibility,
                text=clean_text(text, field="text"),
                data={**side, **(data or {})},
            )
            if facts.moves_clocks(event):
                projection.project(incident, event.recorded_at)
        return event


def _before(incident: "Incident") -> dict[str, object]:
    """What the verbs that can be taken back change of an incident, as it stands."""
    planned_for = incident.planned_for
    return {
        "status": str(incident.status),
        "planned_for": planned_for.isoformat() if planned_for else "",
        "assigned_to": incident.assigned_to_id,
    }


def _signature(incident: "Incident", by: Actor) -> tuple[User | None, str, Organisation | None]:
    """Who signs the event: the account, the name that the history keeps, the organisation."""
    if isinstance(by, Machine):
        return None, by.name, None
    if isinstance(by, User):
        organisation = lifecycle.organisation_of(incident, by)
        return by, str(by), organisation
    if isinstance(by, PublicReporter):
        return None, "La personne qui a signalé", None
    return None, "Un habitant", None
