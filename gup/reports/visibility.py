"""Which reports and bilans a person may read."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import is_dsu, memberships_of
from gup.reports.enums import ReportStatus


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> "ReportQuerySet":
        """The DSU: all. A bailleur's manager: its own once built, and the commune's once published. The committee: what
        is published. Anybody else: none.
        """
        if is_dsu(user):
            return self
        published = Q(status=ReportStatus.PUBLISHED)
        within = Q(pk__in=[])
        for membership in memberships_of(user):
            if membership.role == Role.COMMITTEE:
                within |= published
            elif membership.role == Role.MANAGER:
                own = Q(convention__organisation=membership.organisation_id)
                built = Q(status__in=[ReportStatus.DRAFT, ReportStatus.PUBLISHED])
                within |= (own & built) | (published & Q(convention__isnull=True))
        return self.filter(within)
