"""The verbs of an incident: one method a transition. Each checks the table, appends its event, folds, tells."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from gup.conventions.enums import CategoryVisibility, PauseReasonChoice, Priority
from gup.incidents import lifecycle, merging, photos, thread
from gup.incidents.enums import (
    DECLINING_REASONS,
    RESOLVING_REASONS,
    ClosureReason,
    EventKind,
    PhotoKind,
    PriorityChange,
    Verb,
    Visibility,
)
from gup.incidents.errors import InvalidInput, NotAllowed, Stale
from gup.incidents.recording import IncidentRecord
from gup.incidents.words import clean_text
from gup.partners.actors import Actor, Machine
from gup.partners.enums import OrganisationKind
from gup.partners.models import Organisation, User

if TYPE_CHECKING:
    from gup.conventions.models import Category
    from gup.incidents.models import Clock, Incident, IncidentEvent, Photo

# A pause that nobody reviews would hide an incident: without another word it is looked at again in a week.
DEFAULT_REVIEW = timedelta(days=7)
MAX_REVIEW = timedelta(days=92)
# Only DSU declares a cyclone, once for a whole perimeter; only `transfer` hands over to a third party.
REASONS_FOR_HANDLERS = frozenset(PauseReasonChoice) - {PauseReasonChoice.CYCLONE, PauseReasonChoice.THIRD_PARTY}


class IncidentVerbs(IncidentRecord):
    """Mixed into Incident. Every verb takes `by` (who) and `at` (an aware instant) and returns the event it appended.

    All raise: InvalidInput (the field is named), WrongTransition (says what is possible), NotAllowed, Stale.
    """

    def expect_version(self, version: int) -> None:
        """Refuse to act on what somebody else has changed since it was read (raises Stale)."""
        incident = self.as_incident()
        if incident.version != version:
            raise Stale(
                "L'incident a changé depuis que vous avez ouvert la page : relisez-le, rien n'a été enregistré.",
                field="version",
            )

    def acknowledge(self, *, by: Actor, at: datetime, text: str = "") -> "IncidentEvent":
        return self._say(Verb.ACKNOWLEDGE, by, at, text=text)

    def attend(self, *, by: Actor, at: datetime, text: str = "") -> "IncidentEvent":
        return self._say(Verb.ATTEND, by, at, text=text)

    def make_safe(self, *, by: Actor, at: datetime, text: str = "") -> "IncidentEvent":
        return self._say(Verb.MAKE_SAFE, by, at, text=text)

    def plan(self, *, by: Actor, at: datetime, planned_for: datetime, text: str = "") -> "IncidentEvent":
        """Announce the day of the work; planning is taking in charge."""
        if planned_for < at:
            raise InvalidInput("La date prévue est dans le passé.", field="planned_for")
        return self._say(
            Verb.PLAN, by, at, text=text, data={"planned_for": planned_for.isoformat()}, planned_for=planned_for
        )

    def hold(
        self, *, by: Actor, at: datetime, reason: str, text: str, review_at: datetime | None = None
    ) -> "IncidentEvent":
        """Put on hold for a reason of the convention, with words for the reporter and a date of review."""
        if reason not in REASONS_FOR_HANDLERS:
            raise InvalidInput("Choisissez un motif d'attente prévu par la convention.", field="reason")
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites au signalant pourquoi l'incident attend.", field="text")
        review_at = review_at or at + DEFAULT_REVIEW
        if not at < review_at <= at + MAX_REVIEW:
            raise InvalidInput("La revue a lieu après aujourd'hui et dans les trois mois.", field="review_at")
        incident = self.as_incident()
        if incident.pauses.filter(reason=reason, ended_at__isnull=True).exists():
            raise InvalidInput("L'incident est déjà en attente pour ce motif.", field="reason")
        if reason == PauseReasonChoice.ACCESS_REFUSED:
            self._require_photo(
                PhotoKind.ACCESS, "Joignez la preuve du passage (avis, porte close) avant cette attente."
            )
        return self._say(Verb.HOLD, by, at, text=text, data={"reason": str(reason), "review_at": review_at.isoformat()})

    def resume(self, *, by: Actor, at: datetime, text: str = "") -> "IncidentEvent":
        """End every wait but a cyclone's, which DSU alone declares and lifts."""
        incident = self.as_incident()
        reasons = incident.pauses.filter(ended_at__isnull=True).exclude(reason=PauseReasonChoice.CYCLONE)
        return self._say(
            Verb.RESUME, by, at, text=text, data={"reasons": sorted(reasons.values_list("reason", flat=True))}
        )

    def resolve(
        self, *, by: Actor, at: datetime, proof: Iterable[bytes] = (), text: str = "", reason: str = ClosureReason.DONE
    ) -> "IncidentEvent":
        """Announce the repair. Proof: after-photos given here or added since the last reopening; without one, words.

        A repair announced in words alone counts as done, not as proven.
        """
        if reason not in RESOLVING_REASONS:
            raise InvalidInput("Ce motif ne dit pas qu'une réparation est faite.", field="reason")
        incident = self.as_incident()
        with transaction.atomic():
            self._check(Verb.RESOLVE, by, at)
            for data in proof:
                incident.add_photo(by=by, at=at, data=data, kind=PhotoKind.AFTER)
            is_proven = self._has_photo(PhotoKind.AFTER)
            if not is_proven and not clean_text(text, field="text"):
                raise InvalidInput("Joignez une photo après réparation, ou dites ce qui a été fait.", field="proof")
            return self._say(
                Verb.RESOLVE,
                by,
                at,
                text=text,
                data={"reason": str(reason), "proven": is_proven},
                resolved_at=at,
                is_proven=is_proven,
                closure_reason=reason,
            )

    def decline(self, *, by: Actor, at: datetime, reason: str, text: str) -> "IncidentEvent":
        """End without a repair: nothing found, out of scope, put in the works programme, refused. Words are owed."""
        if reason not in DECLINING_REASONS:
            raise InvalidInput("Choisissez un motif de clôture sans réparation.", field="reason")
        if not clean_text(text, field="text"):
            raise InvalidInput("Expliquez au signalant pourquoi l'incident est clos sans réparation.", field="text")
        if reason == ClosureReason.NOT_FOUND:
            self._require_photo(PhotoKind.AFTER, "Joignez une photo datée du lieu : elle prouve le constat.")
        return self._say(
            Verb.DECLINE, by, at, text=text, data={"reason": str(reason)}, closed_at=at, closure_reason=reason
        )

    def confirm(self, *, by: Actor, at: datetime, text: str = "") -> "IncidentEvent":
        return self._say(Verb.CONFIRM, by, at, text=text, confirmed_at=at, closed_at=at)

    def contest(self, *, by: Actor, at: datetime, text: str, proof: Iterable[bytes] = ()) -> "IncidentEvent":
        """The repair is not there: the incident reopens and its clock runs again (same cycle within the window)."""
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites ce qui n'est pas réparé.", field="text")
        incident = self.as_incident()
        with transaction.atomic():
            self._check(Verb.CONTEST, by, at)
            for data in proof:
                incident.add_photo(by=by, at=at, data=data, kind=PhotoKind.CONTEST)
            return self._say(Verb.CONTEST, by, at, text=text, **AFRESH)

    def reopen(self, *, by: Actor, at: datetime, text: str) -> "IncidentEvent":
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites pourquoi l'incident est rouvert.", field="text")
        return self._say(Verb.REOPEN, by, at, text=text, **AFRESH)

    def close(self, *, by: Machine, at: datetime) -> "IncidentEvent":
        """Nobody answered within the contest window."""
        return self._say(Verb.CLOSE, by, at, closed_at=at)

    def transfer(self, *, by: Actor, at: datetime, to: Organisation, text: str) -> "IncidentEvent":
        """Hand over to the party whose competence it is: the sender's clocks stop, the receiver's start."""
        incident = self.as_incident()
        if to.pk == incident.responsible_id:
            raise InvalidInput("Cette organisation répond déjà de l'incident.", field="to")
        is_other_bailleur = to.kind == OrganisationKind.BAILLEUR and to.pk != incident.bailleur_id
        if to.kind not in _MAY_ANSWER or is_other_bailleur:
            raise InvalidInput("Cette organisation ne prend pas d'incident en charge.", field="to")
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites pourquoi l'incident est transmis.", field="text")
        return self._say(
            Verb.TRANSFER,
            by,
            at,
            text=text,
            data={"party": to.pk, "from": incident.responsible_id},
            responsible=to,
            assigned_to=None,
        )

    def propose_transfer(self, *, by: Actor, at: datetime, to: Organisation, text: str) -> "IncidentEvent":
        """An agent's opinion on competence, for DSU or a manager to decide; no clock moves."""
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites pourquoi l'incident relève d'un autre.", field="text")
        return self._say(
            Verb.PROPOSE_TRANSFER, by, at, text=text, data={"party": to.pk}, visibility=Visibility.PARTNERS
        )

    def merge_into(self, master: "Incident", *, by: Actor, at: datetime) -> "IncidentEvent":
        """A duplicate: this one's undecided clocks are cancelled, the master's start becomes the earliest report, be it
        that of a duplicate of the duplicate (rule 14).
        """
        incident = self.as_incident()
        if master.pk == incident.pk:
            raise InvalidInput("Un incident ne se rattache pas à lui-même.", field="master")
        if master.residence_id != incident.residence_id:
            raise InvalidInput("L'incident principal est dans une autre résidence.", field="master")
        if master.status not in lifecycle.IN_WORK:
            raise InvalidInput("L'incident principal n'est plus ouvert.", field="master")
        with transaction.atomic():
            event = self._say(Verb.MERGE, by, at, data={"master": master.ref}, merged_into=master)
            # Of the two reports, the earliest starts the master's clocks.
            merging.absorb(master, incident, by=by, at=at)
        return event

    def unmerge(self, *, by: Actor, at: datetime) -> "IncidentEvent":
        incident = self.as_incident()
        master = incident.merged_into
        with transaction.atomic():
            event = self._say(Verb.UNMERGE, by, at, merged_into=None)
            if master is not None:
                merging.release(master, incident, by=by, at=at)
        return event

    def reprioritise(
        self, *, by: Actor, at: datetime, priority: str, text: str, correction: bool = False
    ) -> "IncidentEvent":
        """Raise (from now), correct a wrong qualification (from the start) or lower (a supervisor or DSU only)."""
        incident = self.as_incident()
        if priority not in Priority.values or priority == incident.priority:
            raise InvalidInput("Choisissez une autre priorité de la nomenclature.", field="priority")
        if not clean_text(text, field="text"):
            raise InvalidInput("Dites pourquoi la priorité change.", field="text")
        mode = self._priority_change(by, Priority(priority), correction=correction)
        return self._say(
            Verb.REPRIORITISE,
            by,
            at,
            text=text,
            data={"from": incident.priority, "priority": str(priority), "mode": str(mode)},
            priority=priority,
        )

    def requalify(self, *, by: Actor, at: datetime, category: "Category", text: str = "") -> "IncidentEvent":
        """Change the category; stages that nothing promises any more are cancelled, new ones start now."""
        incident = self.as_incident()
        if category.parent_id is None or category.pk == incident.category_id:
            raise InvalidInput("Choisissez une autre catégorie de la nomenclature.", field="category")
        return self._say(
            Verb.REQUALIFY,
            by,
            at,
            text=text,
            data={"from": incident.category.slug, "category": category.slug},
            category=category,
            is_confidential=incident.is_confidential or category.visibility == CategoryVisibility.CONFIDENTIAL,
        )

    def assign(self, *, by: Actor, at: datetime, to: User) -> "IncidentEvent":
        incident = self.as_incident()
        colleague = to.memberships.filter(organisation=incident.responsible_id, is_active=True)
        if not colleague.exists():
            raise InvalidInput("Cette personne n'est pas de l'organisation qui répond de l'incident.", field="to")
        return self._say(Verb.ASSIGN, by, at, data={"user": to.pk}, visibility=Visibility.PARTNERS, assigned_to=to)

    def arbitrate(self, *, by: Actor, at: datetime, clock: "Clock", text: str) -> "IncidentEvent":
        """DSU excuses a missed clock, with its reason; the contractual verdict does not change (rule 18)."""
        if clock.incident_id != self.as_incident().pk:
            raise InvalidInput("Cette horloge est celle d'un autre incident.", field="clock")
        if not (clock.due_at and clock.due_at < (clock.stopped_at or at)):
            raise InvalidInput("Seul un délai dépassé peut être excusé.", field="clock")
        if not clean_text(text, field="text"):
            raise InvalidInput("Un arbitrage s'écrit avec son motif.", field="text")
        data: dict[str, object] = {"stage": clock.stage, "cycle": clock.cycle, "party": clock.party_id}
        return self._say(Verb.ARBITRATE, by, at, text=text, data=data, visibility=Visibility.PARTNERS)

    def comment(self, *, by: Actor, at: datetime, text: str, visibility: str = Visibility.PUBLIC) -> "IncidentEvent":
        if not clean_text(text, field="text"):
            raise InvalidInput("Le commentaire est vide.", field="text")
        if visibility not in Visibility.values:
            raise InvalidInput("Choisissez qui lira ce commentaire.", field="visibility")
        if visibility not in thread.visibilities_for(self.as_incident(), by):
            raise InvalidInput("Vos commentaires sont lus par tous les partenaires.", field="visibility")
        return self._say(Verb.COMMENT, by, at, text=text, visibility=Visibility(visibility))

    def add_photo(
        self, *, by: Actor, at: datetime, data: bytes, kind: str = PhotoKind.BEFORE, photo_uuid: uuid.UUID | None = None
    ) -> "Photo":
        """Join a photo; the same picture twice is one photo, and one event. What is no photo is refused."""
        incident = self.as_incident()
        with transaction.atomic():
            self._check(Verb.ADD_PHOTO, by, at)
            author = by if isinstance(by, User) else None
            photo, is_new = photos.receive(incident, data, kind=kind, by=author, at=at, photo_uuid=photo_uuid)
            if is_new:
                self._say(Verb.ADD_PHOTO, by, at, data={"photo": str(photo.uuid), "kind": str(kind)})
        return photo

    def support(self, *, by: Actor, at: datetime, browser_hash: str = "") -> "IncidentEvent":
        """« Moi aussi »: counted once a person or a browser; a second time is refused as already counted."""
        incident = self.as_incident()
        user = by if isinstance(by, User) else None
        with transaction.atomic():
            self._check(Verb.SUPPORT, by, at)
            try:
                with transaction.atomic():
                    incident.supporters.create(user=user, browser_hash="" if user else browser_hash, at=at)
            except IntegrityError as twice:
                raise InvalidInput("Votre soutien est déjà compté.") from twice
            return self._say(Verb.SUPPORT, by, at)

    def still_there(self, *, by: Actor, at: datetime, browser_hash: str) -> "IncidentEvent":
        """« Toujours là »: said in front of a repair that was announced; counted once a browser for each repair."""
        incident = self.as_incident()
        with transaction.atomic():
            self._check(Verb.STILL_THERE, by, at)
            repaired = incident.events.filter(kind=EventKind.RESOLVED).latest("seq")
            said = incident.events.filter(kind=EventKind.STILL_THERE, seq__gt=repaired.seq)
            if said.filter(data__browser=browser_hash).exists():
                raise InvalidInput("Vous l'avez déjà dit pour cette réparation.")
            incident.supporters.get_or_create(browser_hash=browser_hash, user=None, defaults={"at": at})
            return self._say(Verb.STILL_THERE, by, at, data={"browser": browser_hash})

    def _priority_change(self, by: Actor, priority: Priority, *, correction: bool) -> PriorityChange:
        incident = self.as_incident()
        if correction:
            mode = PriorityChange.CORRECTED
        elif priority.rank < Priority(incident.priority).rank:
            mode = PriorityChange.RAISED
        else:
            mode = PriorityChange.LOWERED
        lowers = priority.rank > Priority(incident.priority).rank
        may_lower = lifecycle.capacities_of(incident, by) & {lifecycle.SUPERVISOR, lifecycle.DSU}
        if lowers and not may_lower:
            raise NotAllowed("Seul un responsable ou le DSU abaisse une priorité.", field="priority")
        return mode

    def _has_photo(self, kind: PhotoKind) -> bool:
        """A photo of this kind since the last reopening: a contested proof does not prove the next repair."""
        incident = self.as_incident()
        proofs = incident.photos.filter(kind=kind)
        reopened = incident.events.filter(kind__in=[EventKind.CONTESTED, EventKind.REOPENED]).last()
        return (proofs.filter(added_at__gte=reopened.at) if reopened else proofs).exists()

    def _require_photo(self, kind: PhotoKind, sentence: str) -> None:
        if not self._has_photo(kind):
            raise InvalidInput(sentence, field="proof")


# What a reopening forgets of the former repair.
AFRESH: dict[str, Any] = {
    "resolved_at": None,
    "closed_at": None,
    "confirmed_at": None,
    "is_proven": False,
    "closure_reason": "",
}
# Of the bailleurs, only the residence's own may be handed its incidents.
_MAY_ANSWER = frozenset(
    {
        OrganisationKind.BAILLEUR,
        OrganisationKind.COMMUNE,
        OrganisationKind.CITY_SERVICE,
        OrganisationKind.OPERATOR,
        OrganisationKind.PARTNER,
    }
)
