"""Which incidents a person may see. Every list, page, endpoint and export starts from `visible_to`."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from gup.conventions.enums import CategoryVisibility
from gup.incidents.enums import OPEN_STATUSES, EventKind, Status
from gup.incidents.search_models import IncidentText
from gup.partners.enums import Role
from gup.partners.models import Membership, User
from gup.partners.scope import DSU_ROLES, memberships_of, residence_ids


class IncidentQuerySet(models.QuerySet):
    """The vocabulary of incident lists."""

    def visible_to(self, user: User | AnonymousUser) -> "IncidentQuerySet":
        """What this person may read; nothing without a role."""
        within = Q(pk__in=[])
        for membership in memberships_of(user):
            if membership.role in DSU_ROLES:
                return self
            within |= _reach(membership)
        return self.filter(within)

    def on_public_pages(self) -> "IncidentQuerySet":
        """What anybody with a QR code may read: still open, of a public category, not confidential."""
        return self.open().filter(is_confidential=False, category__visibility=CategoryVisibility.PUBLIC)

    def open(self) -> "IncidentQuerySet":
        return self.filter(status__in=OPEN_STATUSES)

    def in_work(self) -> "IncidentQuerySet":
        """Open, and no repair announced: somebody still has something to do."""
        return self.filter(status__in=OPEN_STATUSES - {Status.RESOLVED})

    def with_transfer_proposed(self) -> "IncidentQuerySet":
        """An agent proposed a transfer, and nobody has decided yet."""
        said = self.model._default_manager.filter(events__kind=EventKind.TRANSFER_PROPOSED)
        proposed = self.in_work().filter(pk__in=said.values("pk"))
        return proposed.exclude(events__kind=EventKind.TRANSFERRED)

    def answered_by(self, user: User) -> "IncidentQuerySet":
        """Those that this person's organisations answer for now."""
        return self.filter(responsible__in=[each.organisation_id for each in memberships_of(user)])

    def for_lists(self) -> "IncidentQuerySet":
        """With what a line of a list shows, in one query."""
        return self.select_related("residence__quartier", "spot", "category__parent", "responsible")

    def about(self, text: str) -> "IncidentQuerySet":
        """Those whose reference, words or place hold each word of the text, whatever its accents and its case."""
        return self.filter(pk__in=IncidentText.objects.holding(text).values("pk"))

    def late(self, now: datetime) -> "IncidentQuerySet":
        """Those with a running clock already past its due."""
        return self.in_work().filter(due_at__lt=now)

    def by_due(self) -> "IncidentQuerySet":
        """Most pressing first; those without a due come last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "id")


def _reach(membership: Membership) -> Q:
    """The incidents that one membership opens; the confidential ones only to whom they concern."""
    organisation = membership.organisation_id
    plain = Q(is_confidential=False)
    if membership.role == Role.ASSOCIATION:
        mandated = Q(residence__in=residence_ids(membership))
        return mandated & (plain | Q(reporter_organisation=organisation))
    if membership.role == Role.AGENT:
        patch = residence_ids(membership)
        return Q(bailleur=organisation) & plain & (Q(residence__in=patch) if patch else Q())
    if membership.role == Role.MANAGER:
        return Q(bailleur=organisation)
    if membership.role == Role.SERVICE:
        return Q(responsible=organisation) & plain
    return Q(pk__in=[])
