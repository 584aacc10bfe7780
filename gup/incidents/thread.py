"""Who reads what in an incident's thread."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from gup.incidents.enums import Visibility
from gup.incidents.lifecycle import speaks_for_tenants
from gup.partners.actors import Actor
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


def visibilities_for(incident: "Incident", by: Actor) -> list[Visibility]:
    """Among whom `by` may keep a comment: the tenants' side speaks to everybody who follows the incident."""
    return [Visibility.PUBLIC] if speaks_for_tenants(incident, by) else list(Visibility)


def changed_since(incident: "Incident", version: int, user: User) -> "QuerySet[IncidentEvent]":
    """What happened after the version that `user` had in front of her, oldest first, as she may read it."""
    return readable_events(incident, user).filter(seq__gt=version).order_by("seq")
