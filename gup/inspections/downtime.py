"""Availability of equipment: its incidents are its downtime, told again from their histories."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Category, Commitment
from gup.incidents.enums import OPEN_STATUSES, EventKind
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import instant
from gup.inspections.equipment import brings_down
from gup.inspections.ground import Ground
from gup.inspections.lines import Line, Outage, Part, line
from gup.inspections.wording import counted, hundredths
from gup.places.enums import SpotKind
from gup.places.kinds import spot_kind_of
from gup.places.models import Residence, Spot
from gup.service_levels.availability import Turn, availability, outages, within
from gup.service_levels.calendars import ALWAYS_OPEN
from gup.service_levels.french_time import NO_BREAK, NOTHING
from gup.service_levels.intervals import Interval

TURNS = {
    EventKind.OPENED: Turn.DOWN,
    EventKind.CONTESTED: Turn.DOWN,
    EventKind.REOPENED: Turn.DOWN,
    EventKind.RESOLVED: Turn.UP,
    EventKind.CONFIRMED: Turn.UP,
    EventKind.CLOSED: Turn.UP,
    EventKind.DECLINED: Turn.DISMISSED,
}


@dataclass(slots=True)
class History:
    """What one incident's events say of its equipment: pauses say nothing, an equipment that waits for a part is down.

    Merged into another, it is that one's downtime; the other's then begins with the earliest report among them.
    """

    category: str = ""
    is_merged: bool = False
    turns: list[tuple[int, Turn]] = field(default_factory=list)
    absorbed: dict[str, int] = field(default_factory=dict)

    def tell(self, event: IncidentEvent) -> None:
        kind = EventKind(event.kind)
        if kind in (EventKind.OPENED, EventKind.REQUALIFIED):
            self.category = str(event.data["category"])
        if kind in TURNS:
            self.turns.append((int(event.at.timestamp()), TURNS[kind]))
        elif kind in (EventKind.MERGED, EventKind.UNMERGED):
            self.is_merged = kind == EventKind.MERGED
        elif kind == EventKind.ABSORBED:
            reported_at = datetime.fromisoformat(str(event.data["reported_at"]))
            self.absorbed[str(event.data["child"])] = int(reported_at.timestamp())
        elif kind == EventKind.RELEASED:
            self.absorbed.pop(str(event.data["child"]), None)

    def outages(self, until: int) -> list[Interval]:
        if self.is_merged:
            return []
        earlier = [(reported_at, Turn.DOWN) for reported_at in self.absorbed.values()]
        return outages([*earlier, *self.turns], until)


@dataclass(slots=True)
class Told:
    """An incident and its history as of the month's instant."""

    incident: Incident
    history: History


def lines(ground: Ground) -> Iterator[Line]:
    """One line for each commitment that governs the whole month and each residence with such equipment, one part for
    each spot (4 queries).
    """
    for version, commitment in ground.commitments(CommitmentKind.AVAILABILITY):
        if not ground.governs(version, ground.span):
            continue
        kind = spot_kind_of(commitment.equipment)
        if kind is None:
            parts = (Part(commitment.equipment, "", "cet équipement n'est relié à aucun lieu", None),)
            yield line(
                commitment, target_words(commitment), due=target_words(commitment), measured=NOTHING, parts=parts
            )
            continue
        residences = {each.pk: each for each in ground.residences(version, commitment, ground.span)}
        spots: dict[int, list[Spot]] = {}
        for spot in Spot.objects.filter(kind=kind, residence__in=residences).order_by("residence_id", "name"):
            spots.setdefault(spot.residence_id, []).append(spot)
        told = _told(ground, commitment, kind, list(spots))
        for residence_id, found in spots.items():
            here = [each for each in told if each.incident.residence_id == residence_id]
            yield _line(ground, commitment, residences[residence_id], found, here)


def target_words(commitment: Commitment) -> str:
    """Like "98,50 % du temps"."""
    return f"{commitment.min_rate:.2f}".replace(".", ",") + f"{NO_BREAK}% du temps"


def _line(ground: Ground, commitment: Commitment, residence: Residence, spots: list[Spot], told: list[Told]) -> Line:
    """An incident of the whole residence is its only equipment's; among several it is told, and not counted."""
    parts, unplaced = [], [each for each in told if each.incident.spot_id is None]
    for spot in spots:
        own = [each for each in told if each.incident.spot_id == spot.pk]
        parts.append(_part(ground, commitment, spot, own + (unplaced if len(spots) == 1 else [])))
    if unplaced and len(spots) > 1:
        words = f"{counted(len(unplaced), 'incident')} sans lieu précis, hors du calcul"
        parts.append(Part("toute la résidence", "", words, None))
    return line(
        commitment,
        target_words(commitment),
        residence=residence,
        due=counted(len(spots), "équipement"),
        measured=", ".join(part.measured for part in parts if part.verdict is not None),
        parts=tuple(parts),
    )


def _part(ground: Ground, commitment: Commitment, spot: Spot, told: list[Told]) -> Part:
    start, end = (int(each.timestamp()) for each in ground.bounds(ground.span))
    until = int(ground.as_of.timestamp())
    calendar = commitment.calendar.compiled() if commitment.calendar else ALWAYS_OPEN(ground.convention.timezone)
    down = [(each, each.history.outages(until)) for each in told]
    found = availability(
        [interval for _, intervals in down for interval in intervals], start, end, until=until, calendar=calendar
    )
    if commitment.min_rate is None:
        raise ValueError("Une disponibilité a un taux.")
    return Part(
        label=spot.name,
        due=target_words(commitment),
        measured=hundredths(found.rate_in_hundredths),
        verdict=found.verdict(commitment.min_rate),
        outages=tuple(
            Outage("" if each.incident.is_confidential else each.incident.ref, instant(since), instant(to))
            for each, intervals in down
            for since, to in within(intervals, start, min(end, until))
        ),
    )


def _told(ground: Ground, commitment: Commitment, kind: SpotKind, residences: list[int]) -> list[Told]:
    """The incidents that can count in the month: of such a spot or of no spot, with what was recorded of them."""
    start, end = ground.bounds(ground.span)
    alive = Q(status__in=OPEN_STATUSES) | Q(updated_at__gte=start)
    here = Q(spot__kind=kind) | Q(spot__isnull=True)
    incidents = Incident.objects.filter(alive, here, residence__in=residences, reported_at__lt=end)
    histories: dict[int, History] = {}
    recorded = IncidentEvent.objects.filter(incident__in=incidents.values("pk"), recorded_at__lte=ground.as_of)
    for event in recorded.filter(kind__in=_kinds()).order_by("incident_id", "at", "seq"):
        histories.setdefault(event.incident_id, History()).tell(event)
    families = dict(Category.objects.filter(parent__isnull=False).values_list("slug", "parent__slug"))
    return [
        Told(incident, histories[incident.pk])
        for incident in incidents.order_by("reported_at", "id")
        if incident.pk in histories and _counts(commitment, kind, histories[incident.pk], families)
    ]


def _counts(commitment: Commitment, kind: SpotKind, history: History, families: dict[str, str]) -> bool:
    return brings_down(commitment, kind, history.category, families.get(history.category, ""))


def _kinds() -> Iterable[EventKind]:
    told = (EventKind.REQUALIFIED, EventKind.MERGED, EventKind.UNMERGED, EventKind.ABSORBED, EventKind.RELEASED)
    return (*TURNS, *told)
