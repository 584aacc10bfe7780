"""The whole life of an incident on one screen: what each verb needs, who may say it, where it leads.

Doors never test a status or a role themselves: they ask `allowed_actions`, the one answer for pages, API and phone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gup.conventions.enums import CategoryVisibility
from gup.incidents.enums import OPEN_STATUSES, EventKind, Status, Verb
from gup.partners.actors import Actor, Machine, PublicReporter
from gup.partners.enums import Role
from gup.partners.models import Membership, Organisation, User
from gup.partners.scope import BAILLEUR_ROLES, DSU_ROLES, memberships_of, residence_ids

if TYPE_CHECKING:
    from gup.incidents.models import Incident


class Capacity(StrEnum):
    """In what capacity somebody faces one incident; a person may have several."""

    REPORTER = "reporter"  # the tenants' side: a mandated association, or the holder of the secret link
    PASSER_BY = "passer_by"  # anybody in front of the QR code of a public incident
    BAILLEUR = "bailleur"  # staff of the residence's bailleur, even when another party answers
    HANDLER = "handler"  # staff of the party that answers now
    SUPERVISOR = "supervisor"  # a manager of the residence's bailleur
    DSU = "dsu"
    MACHINE = "machine"


REPORTER, PASSER_BY, BAILLEUR, HANDLER, SUPERVISOR, DSU, MACHINE = Capacity


@dataclass(frozen=True, slots=True)
class Transition:
    moves: Mapping[Status, Status]
    by: frozenset[Capacity]
    event: EventKind


def _by(*capacities: Capacity) -> frozenset[Capacity]:
    return frozenset(capacities)


def _stay(*statuses: Status) -> dict[Status, Status]:
    return {status: status for status in statuses}


OPENED, ACKNOWLEDGED, PLANNED, ON_HOLD, RESOLVED, REOPENED, CLOSED, MERGED = Status
IN_WORK = (OPENED, REOPENED, ACKNOWLEDGED, PLANNED, ON_HOLD)
# Somebody reaching the spot has taken the incident in charge.
ON_SITE = {OPENED: ACKNOWLEDGED, REOPENED: ACKNOWLEDGED} | _stay(ACKNOWLEDGED, PLANNED, ON_HOLD)

TRANSITIONS: dict[Verb, Transition] = {
    Verb.ACKNOWLEDGE: Transition({OPENED: ACKNOWLEDGED, REOPENED: ACKNOWLEDGED}, _by(HANDLER), EventKind.ACKNOWLEDGED),
    Verb.ATTEND: Transition(ON_SITE, _by(HANDLER), EventKind.ATTENDED),
    Verb.MAKE_SAFE: Transition(ON_SITE, _by(HANDLER), EventKind.MADE_SAFE),
    Verb.PLAN: Transition(
        dict.fromkeys((OPENED, REOPENED, ACKNOWLEDGED, PLANNED), PLANNED), _by(HANDLER), EventKind.PLANNED
    ),
    Verb.HOLD: Transition(dict.fromkeys((ACKNOWLEDGED, PLANNED, ON_HOLD), ON_HOLD), _by(HANDLER), EventKind.HELD),
    Verb.RESUME: Transition({ON_HOLD: ACKNOWLEDGED}, _by(HANDLER, DSU), EventKind.RESUMED),
    Verb.RESOLVE: Transition(dict.fromkeys(IN_WORK, RESOLVED), _by(HANDLER), EventKind.RESOLVED),
    Verb.DECLINE: Transition(dict.fromkeys(IN_WORK, CLOSED), _by(HANDLER, DSU), EventKind.DECLINED),
    Verb.CONFIRM: Transition({RESOLVED: CLOSED}, _by(REPORTER), EventKind.CONFIRMED),
    Verb.CONTEST: Transition({RESOLVED: REOPENED}, _by(REPORTER), EventKind.CONTESTED),
    Verb.REOPEN: Transition({RESOLVED: REOPENED, CLOSED: REOPENED}, _by(SUPERVISOR, DSU), EventKind.REOPENED),
    Verb.CLOSE: Transition({RESOLVED: CLOSED}, _by(MACHINE), EventKind.CLOSED),
    Verb.TRANSFER: Transition(dict.fromkeys(IN_WORK, OPENED), _by(SUPERVISOR, DSU), EventKind.TRANSFERRED),
    Verb.PROPOSE_TRANSFER: Transition(_stay(*IN_WORK), _by(HANDLER), EventKind.TRANSFER_PROPOSED),
    Verb.MERGE: Transition(dict.fromkeys(IN_WORK, MERGED), _by(HANDLER, DSU), EventKind.MERGED),
    Verb.UNMERGE: Transition({MERGED: OPENED}, _by(HANDLER, DSU), EventKind.UNMERGED),
    Verb.REPRIORITISE: Transition(_stay(*IN_WORK), _by(HANDLER, SUPERVISOR, DSU), EventKind.REPRIORITISED),
    Verb.REQUALIFY: Transition(_stay(*IN_WORK), _by(HANDLER, DSU), EventKind.REQUALIFIED),
    Verb.ASSIGN: Transition(_stay(*IN_WORK), _by(HANDLER), EventKind.ASSIGNED),
    Verb.ARBITRATE: Transition(_stay(*Status), _by(DSU), EventKind.ARBITRATED),
    Verb.COMMENT: Transition(_stay(*Status), _by(REPORTER, BAILLEUR, HANDLER, DSU), EventKind.COMMENTED),
    Verb.ADD_PHOTO: Transition(_stay(*OPEN_STATUSES), _by(REPORTER, BAILLEUR, HANDLER, DSU), EventKind.PHOTO_ADDED),
    Verb.SUPPORT: Transition(_stay(*OPEN_STATUSES), _by(REPORTER, PASSER_BY), EventKind.SUPPORTED),
    # Anybody in front of the poster: told to who may contest, and to who announced the repair; no clock moves.
    Verb.STILL_THERE: Transition(_stay(RESOLVED), _by(PASSER_BY), EventKind.STILL_THERE),
}

# What its author may take back for a minute (undoing.py): nothing is closed, handed over or answered by it.
UNDOABLE: dict[EventKind, Verb] = {
    TRANSITIONS[verb].event: verb
    for verb in (Verb.ACKNOWLEDGE, Verb.ATTEND, Verb.PLAN, Verb.HOLD, Verb.RESUME, Verb.ASSIGN, Verb.COMMENT)
}


def allowed_actions(incident: "Incident", by: Actor) -> list[Verb]:
    """The verbs that `by` may say to the incident now, in the order of the table."""
    capacities = capacities_of(incident, by)
    status = Status(incident.status)
    return [verb for verb, row in TRANSITIONS.items() if status in row.moves and capacities & row.by]


def capacities_of(incident: "Incident", by: Actor) -> frozenset[Capacity]:
    """Everything that `by` is to this incident; empty for a stranger."""
    if isinstance(by, Machine):
        return _by(MACHINE)
    if isinstance(by, PublicReporter):
        return _by(REPORTER) if by.incident_id == incident.pk else frozenset()
    capacities: set[Capacity] = set()
    if isinstance(by, User):
        for membership in memberships_of(by):
            capacities |= _capacities_from(incident, membership)
    elif not incident.is_confidential and incident.category.visibility == CategoryVisibility.PUBLIC:
        capacities.add(PASSER_BY)
    return frozenset(capacities)


def may_call_back(incident: "Incident", user: User) -> bool:
    """The reporter's telephone is for those who answer for the incident now, and for nobody else."""
    return HANDLER in capacities_of(incident, user)


def _capacities_from(incident: "Incident", membership: Membership) -> set[Capacity]:
    organisation = membership.organisation_id
    if membership.role in DSU_ROLES:
        return {DSU}
    if membership.role == Role.ASSOCIATION:
        mandated = incident.residence_id in residence_ids(membership)
        concerned = not incident.is_confidential or incident.reporter_organisation_id == organisation
        return {REPORTER} if mandated and concerned else set()
    if membership.role == Role.SERVICE:
        answers = incident.responsible_id == organisation and not incident.is_confidential
        return {HANDLER} if answers else set()
    if membership.role in BAILLEUR_ROLES and incident.bailleur_id == organisation:
        return _bailleur_capacities(incident, membership)
    return set()


def _bailleur_capacities(incident: "Incident", membership: Membership) -> set[Capacity]:
    is_manager = membership.role == Role.MANAGER
    patch = residence_ids(membership)
    if not is_manager and (incident.is_confidential or (patch and incident.residence_id not in patch)):
        return set()
    capacities = {BAILLEUR}
    if incident.responsible_id == membership.organisation_id:
        capacities.add(HANDLER)
    if is_manager:
        capacities.add(SUPERVISOR)
    return capacities


def organisation_of(incident: "Incident", user: User) -> Organisation | None:
    """The organisation a person speaks for on this incident: the one that gives a capacity, else the first."""
    memberships = memberships_of(user)
    for membership in memberships:
        if _capacities_from(incident, membership):
            return membership.organisation
    return memberships[0].organisation if memberships else None


def speaks_for_tenants(incident: "Incident", by: Actor) -> bool:
    """Whether a word of `by` is the tenants' and not the answer of the party in charge."""
    return not isinstance(by, Machine) and not capacities_of(incident, by) - {REPORTER, PASSER_BY}
