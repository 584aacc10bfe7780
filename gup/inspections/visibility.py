"""Which records a person may read, and whose months."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet

from gup.conventions.models import Convention
from gup.conventions.visibility import conventions_visible_to
from gup.inspections.lines import KindsMonth, Line
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import BAILLEUR_ROLES, is_dsu, memberships_of, places_of, residence_ids


class RecordQuerySet(models.QuerySet[Any]):
    def standing(self, as_of: datetime) -> Any:
        """Those that counted at an instant (UTC): recorded by then, and neither corrected nor withdrawn by then."""
        known = self.filter(recorded_at__lte=as_of, is_withdrawal=False)
        return known.exclude(correction__recorded_at__lte=as_of)


class PlacedQuerySet(RecordQuerySet):
    """Records of a residence."""

    def visible_to(self, user: User | AnonymousUser) -> "PlacedQuerySet":
        """The DSU: all. An association, a bailleur's staff: those of their residences. A town service: its own. Anybody
        else, the committee included: none.
        """
        if is_dsu(user):
            return self
        memberships = memberships_of(user)
        within = Q(pk__in=[])
        services = [each.organisation_id for each in memberships if each.role == Role.SERVICE]
        if services:
            within |= Q(commitment__responsible__in=services)
        elif any(each.role in BAILLEUR_ROLES | {Role.ASSOCIATION} for each in memberships):
            within |= Q(residence__in=places_of(user))
        return self.filter(within)


class PromisedQuerySet(RecordQuerySet):
    """Records of a convention as a whole."""

    def visible_to(self, user: User | AnonymousUser) -> "PromisedQuerySet":
        """The DSU: all. Others: those of the conventions that they may read; the committee: none."""
        if is_dsu(user):
            return self
        memberships = memberships_of(user)
        if not any(each.role in BAILLEUR_ROLES | {Role.ASSOCIATION, Role.SERVICE} for each in memberships):
            return self.none()
        services = [each.organisation_id for each in memberships if each.role == Role.SERVICE]
        if services:
            return self.filter(commitment__responsible__in=services)
        return self.filter(commitment__version__convention__in=conventions_visible_to(user))


def conventions_judged_for(user: User | AnonymousUser) -> QuerySet[Convention]:
    """Whose months a person may read: the DSU all; a bailleur's staff its own; a town service those that bind it.

    The committee reads published reports, associations their incidents' clocks.
    """
    if is_dsu(user):
        return Convention.objects.all()
    memberships = memberships_of(user)
    own = [each.organisation_id for each in memberships if each.role in BAILLEUR_ROLES]
    services = [each.organisation_id for each in memberships if each.role == Role.SERVICE]
    binding = Q(versions__commitments__responsible__in=services, versions__activated_at__isnull=False)
    return Convention.objects.filter(Q(organisation__in=own) | binding).distinct()


def lines_visible_to(user: User, month: KindsMonth) -> KindsMonth:
    """The month without the lines that are not this person's: an agent's patch, a service's own promises."""
    if is_dsu(user):
        return month
    seen: set[Line] = set()
    for membership in memberships_of(user):
        patch = residence_ids(membership) if membership.role == Role.AGENT else []
        is_signatory = membership.organisation_id == month.convention.organisation_id
        for each in month.lines:
            is_own = membership.role == Role.SERVICE and each.party_id == membership.organisation_id
            is_staff = membership.role in BAILLEUR_ROLES and is_signatory
            if is_own or (is_staff and (not patch or each.residence_id is None or each.residence_id in patch)):
                seen.add(each)
    return replace(month, lines=tuple(each for each in month.lines if each in seen))
