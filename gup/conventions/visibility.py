"""Which conventions a person may read: those that bind somebody in the places she may see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from gup.conventions.models import Convention, ConventionVersion, ConventionVersionQuerySet
from gup.partners.models import User
from gup.partners.scope import COMMUNE_ROLES, is_dsu, memberships_of, places_of


def conventions_visible_to(user: User | AnonymousUser) -> QuerySet[Convention]:
    """The DSU, town services and the committee: all. A bailleur: its own and the town's annex. An association: those of
    the bailleurs of its residences, and the annex. Anybody else: none.
    """
    memberships = memberships_of(user)
    if not memberships:
        return Convention.objects.none()
    if is_dsu(user):
        return Convention.objects.all()
    if any(each.role in COMMUNE_ROLES for each in memberships):
        return Convention.objects.filter(versions__activated_at__isnull=False).distinct()
    own = Q(organisation__in=[each.organisation_id for each in memberships])
    # A bailleur's own places lead to itself alone; an association's to whoever manages them now.
    landlords = Q(
        organisation__managements__residence__in=places_of(user), organisation__managements__until__isnull=True
    )
    bound = Convention.objects.filter(own | landlords | Q(is_annex=True))
    # A convention that is only a project yet is the DSU's.
    return bound.filter(versions__activated_at__isnull=False).distinct()


def versions_visible_to(user: User | AnonymousUser) -> ConventionVersionQuerySet:
    """The versions of those conventions: projects too for the DSU, the activated ones for anybody else."""
    versions = ConventionVersion.objects.filter(convention__in=conventions_visible_to(user))
    return versions if is_dsu(user) else versions.activated()
