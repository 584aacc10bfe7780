"""What a file of places would change, then its writing: all of it, or nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from gup.conventions.places_file.content import Places, ResidenceContent, SpotContent, stored_places
from gup.conventions.places_file.exporting import csv_bytes
from gup.conventions.places_file.reading import read_places
from gup.conventions.spreadsheet.differences import Change, Difference
from gup.conventions.spreadsheet.flaws import Flaw, Outdated, WrongFile
from gup.conventions.spreadsheet.layout import Named
from gup.conventions.spreadsheet.names import Catalogue, read_catalogue
from gup.partners.models import Organisation, User
from gup.partners.place_edits import require_place_author, save_residence, save_spot
from gup.places.enums import SpotKind
from gup.places.models import Quartier, Residence

_NOTHING = "rien"


@dataclass(frozen=True, slots=True)
class PlacesRun:
    """What would change; `state` names what it was compared with."""

    residences: tuple[Difference, ...]
    spots: tuple[Difference, ...]
    state: str

    def __bool__(self) -> bool:
        return bool(self.residences or self.spots)

    @property
    def by_sheet(self) -> list[tuple[str, tuple[Difference, ...]]]:
        return [("Résidences", self.residences), ("Lieux", self.spots)]


def dry_run(data: bytes) -> PlacesRun:
    """What the file would change; writes nothing. Raises WrongFile with all its flaws."""
    catalogue, before = read_catalogue(), stored_places()
    return _compared(read_places(data, catalogue, before), before, catalogue)


def write_places(data: bytes, *, state: str, by: User, at: datetime) -> PlacesRun:
    """Write what was shown. Places that the file leaves out stay as they are: what happened there is not erased.

    Raises PermissionDenied, WrongFile, or Outdated where the places changed since they were shown.
    """
    require_place_author(by)
    with transaction.atomic():
        catalogue, before = read_catalogue(), stored_places()
        after = read_places(data, catalogue, before)
        run = _compared(after, before, catalogue)
        if run.state != state:
            raise Outdated("Les résidences ont changé depuis que le fichier a été relu : voici ce qui changerait.")
        quartiers = {each.slug: each for each in Quartier.objects.all()}
        organisations = {each.slug: each for each in Organisation.objects.all()}
        for content in after.values():
            _write(content, before.get(content.slug), quartiers, organisations, by=by, at=at)
    return run


def _write(
    content: ResidenceContent,
    stored: ResidenceContent | None,
    quartiers: dict[str, Quartier],
    organisations: dict[str, Organisation],
    *,
    by: User,
    at: datetime,
) -> None:
    try:
        if stored is None or _words(_kept(content, stored)) != _words(stored):
            save_residence(
                content.slug,
                name=content.name,
                quartier=quartiers[content.quartier],
                dwellings=content.dwellings,
                bailleur=organisations.get(content.bailleur),
                by=by,
                at=at,
            )
        residence = Residence.objects.get(slug=content.slug)
        spots = {each.name: each for each in residence.spots.all()}
        for spot in _parents_first(content.spots):
            if stored is None or stored.spots.get(spot.name) != spot:
                given = {"name": spot.name, "kind": SpotKind(spot.kind), "parent": spots.get(spot.parent)}
                spots[spot.name] = save_spot(residence, spots.get(spot.name), by=by, at=at, **given)  # type: ignore[arg-type]
    except ValidationError as refusal:
        reason = f"résidence « {content.slug} » : {' '.join(refusal.messages)}"
        raise WrongFile([Flaw("", 0, 0, "", reason)]) from refusal


def _parents_first(spots: dict[str, SpotContent]) -> list[SpotContent]:
    ordered: dict[str, SpotContent] = {}

    def place(spot: SpotContent) -> None:
        if spot.name not in ordered:
            if spot.parent in spots:
                place(spots[spot.parent])
            ordered[spot.name] = spot

    for each in spots.values():
        place(each)
    return list(ordered.values())


def _compared(after: Places, before: Places, catalogue: Catalogue) -> PlacesRun:
    residences, spots = [], []
    for content in after.values():
        stored = before.get(content.slug)
        if stored is None:
            residences.append(Difference(Change.ADDED, content.name))
        elif fields := _altered(_told(stored, catalogue), _told(_kept(content, stored), catalogue)):
            residences.append(Difference(Change.CHANGED, content.name, fields))
        for spot in content.spots.values():
            known = stored.spots.get(spot.name) if stored else None
            subject = f"{content.name} · {spot.name}"
            if known is None:
                spots.append(Difference(Change.ADDED, f"{subject} ({SpotKind(spot.kind).label})"))
            elif fields := _altered(_spot_told(known), _spot_told(spot)):
                spots.append(Difference(Change.CHANGED, subject, fields))
    state = hashlib.sha256(csv_bytes(before, catalogue)).hexdigest()
    return PlacesRun(tuple(residences), tuple(spots), state)


def _kept(content: ResidenceContent, stored: ResidenceContent) -> ResidenceContent:
    """An empty bailleur leaves the one that manages the residence."""
    bailleur = content.bailleur or stored.bailleur
    return ResidenceContent(content.slug, content.name, content.quartier, bailleur, content.dwellings)


def _words(content: ResidenceContent) -> tuple[object, ...]:
    return content.name, content.quartier, content.bailleur, content.dwellings


def _told(content: ResidenceContent, catalogue: Catalogue) -> dict[str, str]:
    return {
        "Nom": content.name,
        "Quartier": catalogue[Named.QUARTIER].shown(content.quartier),
        "Bailleur": catalogue[Named.ORGANISATION].shown(content.bailleur) if content.bailleur else _NOTHING,
        "Logements": str(content.dwellings or _NOTHING),
    }


def _spot_told(spot: SpotContent) -> dict[str, str]:
    return {"Nature": str(SpotKind(spot.kind).label), "Dans": spot.parent or _NOTHING}


def _altered(old: dict[str, str], new: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((heading, old[heading], new[heading]) for heading in old if old[heading] != new[heading])
