"""What a map of incidents shows: one point a residence, with how many of the filtered incidents are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from gup.incidents.enums import OPEN_STATUSES, Status
from gup.incidents.visibility import IncidentQuerySet
from gup.places.models import Residence


@dataclass(frozen=True, slots=True)
class Point:
    residence: Residence
    count: int
    late: int

    @property
    def is_placed(self) -> bool:
        return self.residence.latitude is not None


def points_of(found: IncidentQuerySet, now: datetime, known: Mapping[int, Residence]) -> list[Point]:
    """The residences of these incidents, the most concerned first; one query."""
    late = Q(status__in=OPEN_STATUSES - {Status.RESOLVED}, due_at__lt=now)
    rows = found.order_by().values_list("residence_id").annotate(n=Count("pk"), late=Count("pk", filter=late))
    points = [Point(known[key], count, late) for key, count, late in rows]
    return sorted(points, key=lambda each: (-each.count, each.residence.name))
