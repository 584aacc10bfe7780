"""Who reads what in an incident's thread."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from gup.incidents.enums import Visibility
from gup.partners.models import User
from gup.partners.scope import is_dsu, memberships_of

if TYPE_CHECKING:
    from gup.incidents.models import Incident, IncidentEvent


def readable_events(incident: "Incident", user: User) -> "QuerySet[IncidentEvent]":
    """The events of an incident that `user` may see, as she may read them: internal words are for their own
    organisation, and for the DSU.
    """
    events = incident.events.all()
    if is_dsu(user):
        return events
    own = [membership.organisation_id for membership in memberships_of(user)]
    return events.filter(~Q(visibility=Visibility.INTERNAL) | Q(organisation__in=own))
