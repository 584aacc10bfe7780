"""Which incidents a person may see. Every list, page, endpoint and export starts from `visible_to`."""

from datetime import datetime, time, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gup.conventions.enums import CategoryVisibility
from gup.incidents.enums import OPEN_STATUSES, EventKind, Status, Visibility
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

    def due_today(self, now: datetime) -> "IncidentQuerySet":
        """Those whose due comes before the end of the local day."""
        tomorrow = timezone.localdate(now) + timedelta(days=1)
        midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
        return self.in_work().filter(due_at__gte=now, due_at__lt=midnight)

    def to_review(self, now: datetime) -> "IncidentQuerySet":
        """On hold, and the day has come to look at why."""
        asleep = self.model._default_manager.filter(pauses__ended_at__isnull=True, pauses__review_at__lte=now)
        return self.filter(status=Status.ON_HOLD, pk__in=asleep.values("pk"))

    def changed_since(self, since: datetime, *, but_by: User) -> "IncidentQuerySet":
        """Those of which somebody else wrote down something, that every partner reads, after an instant."""
        told = self.model._default_manager.filter(
            Q(events__recorded_at__gt=since)
            & ~Q(events__visibility=Visibility.INTERNAL)
            & (Q(events__actor__isnull=True) | ~Q(events__actor=but_by))
        )
        return self.filter(pk__in=told.values("pk"))

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
