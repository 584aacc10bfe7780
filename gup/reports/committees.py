"""What the DSU writes down of the committees: sittings, decisions, and what became of each."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gup.conventions.models import Convention
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.partners.audit import note
from gup.partners.enums import Role
from gup.partners.models import Organisation, User
from gup.partners.scope import DSU_ROLES, has_role, is_dsu, memberships_of
from gup.reports.committee_models import CommitteeSession, Decision
from gup.reports.enums import Committee, Outcome


def call_session(
    committee: str, *, held_at: datetime, by: User, at: datetime, convention: Convention | None = None, place: str = ""
) -> CommitteeSession:
    """Write down a sitting, past or to come. Raises NotAllowed, InvalidInput (field "held_at", "committee")."""
    _require_dsu(by)
    if committee not in Committee.values:
        raise InvalidInput("Comité inconnu.", field="committee")
    if CommitteeSession.objects.filter(committee=committee, held_at=held_at).exists():
        raise InvalidInput("Ce comité se réunit déjà à cette heure.", field="held_at")
    with transaction.atomic():
        session = CommitteeSession.objects.create(
            committee=committee, held_at=held_at, convention=convention, place=place.strip(), recorded_by=by
        )
        note(actor=by.email, action="séance inscrite", subject=str(session), at=at)
    return session


def record_decision(
    session: CommitteeSession, *, text: str, owner: Organisation, by: User, at: datetime, due_on: date | None = None
) -> Decision:
    """Write down what a sitting decided. Raises NotAllowed, InvalidInput (field "text")."""
    _require_dsu(by)
    if session.held_at > at:
        raise InvalidInput("La séance n'a pas encore eu lieu.", field="text")
    if not text.strip():
        raise InvalidInput("Écrivez la décision.", field="text")
    with transaction.atomic():
        decision = Decision.objects.create(session=session, text=text.strip(), owner=owner, due_on=due_on)
        note(actor=by.email, action="décision inscrite", subject=f"{session} · {decision.pk}", at=at)
    return decision


def settle_decision(decision: Decision, *, outcome: str, text: str, by: User, at: datetime, on: date) -> None:
    """What became of a decision. Raises NotAllowed, InvalidInput (fields "outcome", "text"), WrongTransition."""
    _require_dsu(by)
    if outcome not in Outcome.values or outcome == Outcome.OPEN:
        raise InvalidInput("Choisissez la suite donnée.", field="outcome")
    if not text.strip():
        raise InvalidInput("Dites ce qui a été fait.", field="text")
    with transaction.atomic():
        waiting = Decision.objects.filter(pk=decision.pk, outcome=Outcome.OPEN)
        if not waiting.update(outcome=outcome, outcome_text=text.strip(), settled_on=on):
            raise WrongTransition("La suite de cette décision est déjà inscrite.")
        note(actor=by.email, action="suite inscrite", subject=f"{decision.session} · {decision.pk}", at=at)
    decision.refresh_from_db()


def sessions_for(user: User) -> QuerySet[CommitteeSession]:
    """The sittings that a person may read of: the DSU and the committee all; a manager its own and the commune's."""
    if has_role(user, DSU_ROLES | {Role.COMMITTEE}):
        return CommitteeSession.objects.all()
    managed = [each.organisation_id for each in memberships_of(user) if each.role == Role.MANAGER]
    own = Q(convention__organisation__in=managed) | Q(convention=None)
    return CommitteeSession.objects.filter(own) if managed else CommitteeSession.objects.none()


def _require_dsu(by: User) -> None:
    if not is_dsu(by):
        raise NotAllowed("Seul le DSU tient le registre des comités.")
