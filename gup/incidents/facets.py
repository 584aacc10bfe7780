"""The counts beside each filter: those of the list with the other filters applied, from the list's own queryset.

One grouped read gives the counts of every facet that a row has one value of; the others' filters are then applied to
the groups, not to the rows. The clocks' facet alone, of which an incident may have several values, is a second read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.db.models import Case, CharField, Count, Value, When

from gup.incidents.clock_situations import clocks_in
from gup.incidents.enums import Status
from gup.incidents.listing import SITUATIONS, Asked, Directory, Facet, Lateness, band_condition, matching
from gup.incidents.models import Clock
from gup.incidents.visibility import IncidentQuerySet

GROUPED: tuple[Facet, ...] = tuple(each for each in Facet if each != Facet.CLOCK)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One facet with the choices that would show something, and those that are made."""

    facet: Facet
    choices: list[Choice]

    @property
    def is_used(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that share every value: how many, and the value of each facet."""

    values: dict[Facet, str]
    count: int


def counted(found: IncidentQuerySet, asked: Asked, now: datetime, known: Directory) -> tuple[int, list[Counted]]:
    """How many incidents answer the question, and each facet with its counts; two queries."""
    groups = list(_groups(matching(found, asked, now, but=GROUPED), now, known))
    counts: dict[Facet, Counter[str]] = {facet: Counter() for facet in GROUPED}
    total = 0
    for group in groups:
        failed = [facet for facet in GROUPED if (wanted := asked.of(facet)) and group.values[facet] not in wanted]
        if not failed:
            total += group.count
        for facet in GROUPED:
            if not failed or failed == [facet]:
                counts[facet][group.values[facet]] += group.count
    counts[Facet.CLOCK] = _clocks(matching(found, asked, now, but=[Facet.CLOCK]), now)
    labels = values_of(known)
    return total, [Counted(facet, _choices(labels[facet], counts[facet], asked.of(facet))) for facet in Facet]


def _groups(found: IncidentQuerySet, now: datetime, known: Directory) -> Iterator[Group]:
    """By what the rows themselves hold, without a join; names and parents come from the directory."""
    bands = [When(band_condition(band, now), then=Value(band.value)) for band in Lateness]
    rows = found.order_by().annotate(band=Case(*bands, default=Value(""), output_field=CharField()))
    grouped = rows.values_list("status", "band", "bailleur_id", "residence_id", "category_id").annotate(n=Count("pk"))
    for status, band, bailleur, residence, category, count in grouped:
        place, kind = known.residences[residence], known.categories[category]
        values = {
            Facet.STATUS: status,
            Facet.LATE: band,
            Facet.BAILLEUR: known.bailleurs[bailleur].slug,
            Facet.QUARTIER: place.quartier.slug,
            Facet.RESIDENCE: place.slug,
            Facet.FAMILY: kind.family.slug,
            Facet.CATEGORY: kind.slug,
        }
        yield Group(values, count)


def _clocks(found: IncidentQuerySet, now: datetime) -> Counter[str]:
    """How many incidents have a clock in each situation; one may have several, and counts once in each."""
    counts = {each.value: Count("incident", filter=clocks_in(each, now), distinct=True) for each in SITUATIONS}
    return Counter(Clock.objects.filter(incident__in=found.order_by().values("pk")).aggregate(**counts))


def values_of(known: Directory) -> dict[Facet, list[tuple[str, str]]]:
    """What may be asked of each facet, with its words, in the order in which it is read; nothing else is guessed."""
    places = sorted(known.residences.values(), key=lambda each: each.name)
    kinds = sorted(known.categories.values(), key=lambda each: each.order)
    return {
        Facet.STATUS: list(Status.choices),
        Facet.LATE: list(Lateness.choices),
        Facet.CLOCK: [(each.value, str(each.label)) for each in SITUATIONS],
        Facet.BAILLEUR: _once((each.slug, each.short_name) for each in known.bailleurs.values()),
        Facet.QUARTIER: _once((each.quartier.slug, each.quartier.name) for each in places),
        Facet.RESIDENCE: _once((each.slug, each.name) for each in places),
        Facet.FAMILY: list({each.family.slug: each.family.name for each in kinds}.items()),
        Facet.CATEGORY: [(each.slug, each.name) for each in kinds],
    }


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(pairs), key=itemgetter(1))


def _choices(labels: list[tuple[str, str]], counts: Counter[str], chosen: tuple[str, ...]) -> list[Choice]:
    return [
        Choice(value, str(label), counts[value], value in chosen)
        for value, label in labels
        if counts[value] or value in chosen
    ]
