"""The same problem reported twice: shown before sending, so that a supporter comes instead of a duplicate."""

from gup.conventions.models import Category
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.places.models import Residence, Spot


def likely_duplicates(
    among: IncidentQuerySet, *, residence: Residence, category: Category, spot: Spot | None = None
) -> IncidentQuerySet:
    """The open incidents of `among` at the same place and of the same category, most supported by time first."""
    same = among.open().filter(residence=residence, category=category)
    return (same.filter(spot=spot) if spot is not None else same).order_by("reported_at", "id")


def alike(incident: Incident, among: IncidentQuerySet) -> IncidentQuerySet:
    """The incidents in work that are likely the same problem as this one, and that it could be merged into."""
    same = likely_duplicates(among, residence=incident.residence, category=incident.category, spot=incident.spot)
    return same.in_work().exclude(pk=incident.pk)


def masters_for(incident: Incident, among: IncidentQuerySet) -> IncidentQuerySet:
    """The open incidents that this one may be merged into: same residence, same family, reported earlier first."""
    family = incident.category.parent_id
    return (
        among.open()
        .filter(residence=incident.residence_id, category__parent=family)
        .exclude(pk=incident.pk)
        .order_by("reported_at", "id")
    )
