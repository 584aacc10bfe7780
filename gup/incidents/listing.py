"""What a list of incidents is asked, and the incidents that answer: the same set for the page, its map and its file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from gup.conventions.models import Category
from gup.incidents.clock_situations import Situation, clocks_in
from gup.incidents.enums import OPEN_STATUSES, Status
from gup.incidents.keyset import Order
from gup.incidents.models import Clock, Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.models import Organisation, User
from gup.partners.scope import places_of
from gup.places.models import Residence

SOON = timedelta(hours=24)


class Work(models.TextChoices):
    """What waits for somebody: one question at a time."""

    OPEN = "open", "Ouverts"
    NEW = "new", "À prendre en charge"
    LATE = "late", "Délai dépassé"
    SOON = "soon", "Échéance sous 24 h"
    UNBOUND = "unbound", "Hors convention"
    PROPOSED = "proposed", "Transmission proposée"
    TODAY = "today", "Échéance aujourd'hui"
    REVIEW = "review", "Attente à revoir"
    CONTESTED = "contested", "Réparation contestée"
    CONFIDENTIAL = "confidential", "Confidentiels"


class Lateness(models.TextChoices):
    """By how long the earliest due of an incident in work has passed."""

    DAY = "day", "Moins d'un jour"
    WEEK = "week", "De 1 à 7 jours"
    MONTH = "month", "De 7 à 30 jours"
    MORE = "more", "Plus de 30 jours"


# From (excluded) and up to (included) how long; the last band has no end.
BANDS: dict[Lateness, tuple[timedelta, timedelta | None]] = {
    Lateness.DAY: (timedelta(0), timedelta(days=1)),
    Lateness.WEEK: (timedelta(days=1), timedelta(days=7)),
    Lateness.MONTH: (timedelta(days=7), timedelta(days=30)),
    Lateness.MORE: (timedelta(days=30), None),
}


class Facet(models.TextChoices):
    """What a list is narrowed by; several values of one facet widen it, several facets narrow it."""

    STATUS = "status", "État"
    LATE = "late", "En retard de"
    CLOCK = "clock", "Délais"
    BAILLEUR = "bailleur", "Bailleur"
    QUARTIER = "quartier", "Quartier"
    RESIDENCE = "residence", "Résidence"
    FAMILY = "family", "Famille"
    CATEGORY = "category", "Catégorie"


PATHS = {
    Facet.STATUS: "status",
    Facet.BAILLEUR: "bailleur__slug",
    Facet.QUARTIER: "residence__quartier__slug",
    Facet.RESIDENCE: "residence__slug",
    Facet.FAMILY: "category__parent__slug",
    Facet.CATEGORY: "category__slug",
}
# A cancelled clock tells nothing to whoever looks for work.
SITUATIONS = [each for each in Situation if each != Situation.CANCELLED]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the list; `chosen` holds the values of each facet that has some."""

    text: str = ""
    work: str = ""
    order: Order = Order.DUE
    chosen: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)

    def of(self, facet: Facet) -> tuple[str, ...]:
        return self.chosen.get(facet, ())


def matching(found: IncidentQuerySet, asked: Asked, now: datetime, *, but: Iterable[Facet] = ()) -> IncidentQuerySet:
    """Those that answer the question at `now` (UTC), the facets of `but` left out of it."""
    if asked.text:
        found = found.about(asked.text)
    found = _waiting(found, asked.work, now)
    left_out = set(but)
    for facet, values in asked.chosen.items():
        if values and facet not in left_out:
            found = found.filter(_condition(facet, values, now))
    return found


def band_condition(band: Lateness, now: datetime) -> Q:
    """In work, and late by that much; the very conditions of `late()`."""
    low, high = BANDS[band]
    late = Q(status__in=OPEN_STATUSES - {Status.RESOLVED}, due_at__lt=now - low)
    return late if high is None else late & Q(due_at__gte=now - high)


def _condition(facet: Facet, values: tuple[str, ...], now: datetime) -> Q:
    if facet == Facet.LATE:
        within = Q(pk__in=[])
        for value in values:
            within |= band_condition(Lateness(value), now)
        return within
    if facet == Facet.CLOCK:
        within = Q(pk__in=[])
        for value in values:
            within |= clocks_in(Situation(value), now)
        return Q(Exists(Clock.objects.filter(within, incident=OuterRef("pk"))))
    return Q(**{f"{PATHS[facet]}__in": values})


def _waiting(found: IncidentQuerySet, work: str, now: datetime) -> IncidentQuerySet:
    if work == Work.OPEN:
        return found.in_work()
    if work == Work.NEW:
        return found.filter(status__in=[Status.OPENED, Status.REOPENED])
    if work == Work.LATE:
        return found.late(now)
    if work == Work.SOON:
        return found.in_work().filter(due_at__gte=now, due_at__lt=now + SOON)
    if work == Work.UNBOUND:
        return found.in_work().filter(convention_version__isnull=True)
    if work == Work.PROPOSED:
        return found.with_transfer_proposed()
    if work == Work.TODAY:
        return found.due_today(now)
    if work == Work.REVIEW:
        return found.to_review(now)
    if work == Work.CONTESTED:
        return found.filter(status=Status.REOPENED)
    if work == Work.CONFIDENTIAL:
        return found.in_work().filter(is_confidential=True)
    return found


@dataclass(frozen=True)
class Directory:
    """The places, bailleurs and categories that a person's lists may speak of, by key; three queries."""

    residences: dict[int, Residence]
    bailleurs: dict[int, Organisation]
    categories: dict[int, Category]


def directory_of(user: User) -> Directory:
    """Her places, and those of the incidents that she reads still: residences change hands."""
    visible = Incident.objects.visible_to(user)
    read_there = Exists(visible.filter(residence=OuterRef("pk")))
    residences = Residence.objects.filter(Q(pk__in=places_of(user).values("pk")) | Q(read_there))
    bailleurs = Organisation.objects.filter(Exists(visible.filter(bailleur=OuterRef("pk"))))
    categories = Category.objects.filter(parent__isnull=False)
    return Directory(
        {each.pk: each for each in residences.select_related("quartier")},
        {each.pk: each for each in bailleurs},
        {each.pk: each for each in categories.select_related("parent")},
    )
