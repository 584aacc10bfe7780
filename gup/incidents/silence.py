"""Silence is not quality: the residences of which nothing is heard, and why nothing can be concluded from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from gup.incidents.models import Incident
from gup.partners.enums import Role
from gup.partners.models import Membership
from gup.places.models import Residence

SILENT_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Silence:
    """One residence: when something was last reported there, and whether an association is mandated for it."""

    residence: Residence
    last_reported_at: datetime | None
    has_association: bool


def silent_among(residences: QuerySet[Residence], now: datetime) -> list[Silence]:
    """Those without a report in 90 days or without an association, in the order of their names (one query)."""
    mandated = Membership.objects.filter(role=Role.ASSOCIATION, is_active=True, residences=OuterRef("pk"))
    recent = Incident.objects.filter(residence=OuterRef("pk"), reported_at__gt=now - SILENT_AFTER)
    told = Residence.objects.filter(pk__in=residences.values("pk")).annotate(
        last=Max("incidents__reported_at"), spoken_for=Exists(mandated), heard=Exists(recent)
    )
    silent = told.filter(Q(heard=False) | Q(spoken_for=False)).select_related("quartier").order_by("name")
    return [Silence(each, each.last, each.spoken_for) for each in silent]
