"""Who administers whom: the DSU's administration everybody, a bailleur's manager the agents of her bailleur."""

from django.db.models import Q, QuerySet

from gup.partners.enums import OrganisationKind, Role
from gup.partners.models import Membership, Organisation, User
from gup.partners.scope import has_role, memberships_of

_ANSWERING = frozenset(
    {
        OrganisationKind.CITY_SERVICE,
        OrganisationKind.OPERATOR,
        OrganisationKind.COMMUNE,
        OrganisationKind.CONTRACTOR,
        OrganisationKind.PARTNER,
    }
)
# A role is held in an organisation of the right kind: an agent in a bailleur, a reviewer in the DSU.
KINDS_OF_ROLE: dict[Role, frozenset[OrganisationKind]] = {
    Role.ASSOCIATION: frozenset({OrganisationKind.ASSOCIATION}),
    Role.AGENT: frozenset({OrganisationKind.BAILLEUR}),
    Role.MANAGER: frozenset({OrganisationKind.BAILLEUR}),
    Role.SERVICE: _ANSWERING,
    Role.REVIEWER: frozenset({OrganisationKind.DSU}),
    Role.ADMINISTRATOR: frozenset({OrganisationKind.DSU}),
    Role.COMMITTEE: frozenset(OrganisationKind),
}


def administers_everybody(by: User) -> bool:
    return has_role(by, [Role.ADMINISTRATOR])


def administers_somebody(by: User) -> bool:
    return has_role(by, [Role.ADMINISTRATOR, Role.MANAGER])


def organisations_staffed_by(by: User) -> QuerySet[Organisation]:
    """Where a person may let others in."""
    if administers_everybody(by):
        return Organisation.objects.all()
    return Organisation.objects.filter(
        pk__in=[each.organisation_id for each in memberships_of(by) if each.role == Role.MANAGER]
    )


def roles_given_by(by: User) -> list[Role]:
    return list(Role) if administers_everybody(by) else [Role.AGENT] if administers_somebody(by) else []


def memberships_administered_by(by: User) -> QuerySet[Membership]:
    """Those that a person may narrow, end and resume."""
    memberships = Membership.objects.select_related("user", "organisation")
    if administers_everybody(by):
        return memberships
    return memberships.filter(organisation__in=organisations_staffed_by(by), role=Role.AGENT)


def people_administered_by(by: User) -> QuerySet[User]:
    """Those whose page a person may open."""
    if administers_everybody(by):
        return User.objects.all()
    return User.objects.filter(pk__in=memberships_administered_by(by).values("user"))


def may_close_account(by: User, user: User) -> bool:
    """The administration, anybody's; a manager, that of an agent who is nothing else than her bailleur's agent."""
    if administers_everybody(by):
        return True
    own = memberships_administered_by(by).filter(user=user)
    elsewhere = user.memberships.filter(~Q(pk__in=own.values("pk")), is_active=True)
    return own.exists() and not elsewhere.exists()
