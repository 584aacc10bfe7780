"""Which places a person may see: the one source that every `visible_to` builds on."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from gup.partners.enums import Role
from gup.partners.models import Membership, User
from gup.places.models import Residence

DSU_ROLES = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
BAILLEUR_ROLES = frozenset({Role.AGENT, Role.MANAGER})
# Who reports problems: the tenants' side, the bailleurs' staff, the DSU; services answer, the committee reads.
REPORTING_ROLES = frozenset({Role.ASSOCIATION}) | BAILLEUR_ROLES | DSU_ROLES
# They may be handed any problem of the commune, so they may look up any of its places.
COMMUNE_ROLES = DSU_ROLES | {Role.SERVICE, Role.COMMITTEE}


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """The memberships in force of a person, with their residences, read once per user object (two queries)."""
    if not isinstance(user, User) or not user.is_active:
        return []
    known: list[Membership] | None = user.__dict__.get("_memberships_in_force")
    if known is None:
        known = list(
            user.memberships.filter(is_active=True)
            .select_related("organisation")
            .prefetch_related("residences")
            .order_by("id")
        )
        user.__dict__["_memberships_in_force"] = known
    return known


def has_role(user: User | AnonymousUser, roles: Iterable[Role]) -> bool:
    wanted = set(roles)
    return any(membership.role in wanted for membership in memberships_of(user))


def is_dsu(user: User | AnonymousUser) -> bool:
    return has_role(user, DSU_ROLES)


def residence_ids(membership: Membership) -> list[int]:
    """The residences a membership is narrowed to (from the prefetched relation, no query)."""
    return [residence.pk for residence in membership.residences.all()]


def places_of(user: User | AnonymousUser, *, as_roles: Iterable[Role] | None = None) -> QuerySet[Residence]:
    """The residences that a person may see, by all her roles or by some of them only.

    An association: those it is mandated for. A bailleur: those it manages now, narrowed for an agent with a patch.
    Town services, the DSU and the committee: the whole commune. Anybody else: none.
    """
    within, counted = Q(pk__in=[]), None if as_roles is None else set(as_roles)
    for membership in memberships_of(user):
        if counted is not None and membership.role not in counted:
            continue
        if membership.role in COMMUNE_ROLES:
            return Residence.objects.all()
        narrowed = residence_ids(membership)
        if membership.role == Role.ASSOCIATION:
            within |= Q(pk__in=narrowed)
        elif membership.role in BAILLEUR_ROLES:
            managed = Q(managements__bailleur=membership.organisation_id, managements__until__isnull=True)
            patch = Q(pk__in=narrowed) if membership.role == Role.AGENT and narrowed else Q()
            within |= managed & patch
    return Residence.objects.filter(within).distinct()
