"""Load the reference file: run it as often as you like, the second time changes nothing."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from gup.conventions.models import Category
from gup.incidents.searching import rewrite_texts
from gup.partners.enums import OrganisationKind
from gup.partners.models import Management, Organisation
from gup.places.enums import SpotKind
from gup.places.models import Perimeter, QrCode, Quartier, Residence, Spot
from gup.reference.conventions import load_conventions

REFERENCE_FILE = Path(__file__).parent / "data" / "lamentin-reference.json"
# The framework convention of 2007 names the three bailleurs as the managers in place.
MANAGED_SINCE = date(2007, 1, 1)
CONFIDENTIAL_FAMILY = "tranquillity"

KINDS = {
    "commune": OrganisationKind.COMMUNE,
    "town_body": OrganisationKind.CITY_SERVICE,
    "bailleur": OrganisationKind.BAILLEUR,
    "epci": OrganisationKind.OPERATOR,
    "operator": OrganisationKind.OPERATOR,
    "state_service": OrganisationKind.OPERATOR,
    "contractor": OrganisationKind.CONTRACTOR,
    "partner": OrganisationKind.PARTNER,
}
# The nomenclature's short names of parties, where they are not an organisation's own slug.
PARTY_SLUGS = {"ville": "ville-lamentin"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind the file describes."""

    quartiers: int
    organisations: int
    categories: int
    residences: int
    conventions: int


def load_reference(path: Path = REFERENCE_FILE) -> Loaded:
    """Load or refresh everything the file describes, in one transaction.

    Raises OSError when the file cannot be read, KeyError or ValueError when it does not say what it must; nothing is
    written then.
    """
    facts = json.loads(path.read_text(encoding="utf-8"))
    with transaction.atomic():
        quartiers = _load_quartiers(facts)
        organisations = _load_organisations(facts["organisations"])
        categories = _load_categories(facts["categories"])
        residences = _load_residences(facts["residences"])
        conventions = load_conventions(facts)
    return Loaded(quartiers, organisations, categories, residences, conventions)


def _load_quartiers(facts: dict[str, Any]) -> int:
    for row in facts["perimeters"]:
        Perimeter.objects.update_or_create(slug=row["slug"], defaults={"name": row["label"]})
    perimeters = {perimeter.slug: perimeter for perimeter in Perimeter.objects.all()}
    for row in facts["quartiers"]:
        Quartier.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["label"],
                "perimeter": perimeters[row["perimeter"]],
                "sector": row["sector"],
                "was_zus": row["zus"],
            },
        )
    return len(facts["quartiers"])


def _load_organisations(rows: list[dict[str, Any]]) -> int:
    for row in rows:
        Organisation.objects.update_or_create(slug=row["slug"], defaults={"name": row["label"], "kind": _kind(row)})
    for row in rows:
        if "parent" in row:
            parent = Organisation.objects.get(slug=row["parent"])
            Organisation.objects.filter(slug=row["slug"]).update(parent=parent)
    return len(rows)


def _kind(row: dict[str, Any]) -> OrganisationKind:
    if row["slug"] == "dsu":
        return OrganisationKind.DSU
    if row["kind"] == "town_service":
        return OrganisationKind.CITY_SERVICE
    return KINDS[row["kind"]]


def _load_categories(families: list[dict[str, Any]]) -> int:
    """Families and categories; the tranquillity family is confidential: it speaks of people in conflict."""
    parties = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    order = 0
    for family in families:
        order += 1
        parent, _ = Category.objects.update_or_create(
            slug=family["slug"], defaults={"name": family["label"], "order": order, "parent": None}
        )
        for row in family["subcategories"]:
            order += 1
            slug = PARTY_SLUGS.get(row["party"], row["party"])
            Category.objects.update_or_create(
                slug=row["slug"],
                defaults={
                    "name": row["label"],
                    "parent": parent,
                    "priority": row["priority"],
                    "visibility": "confidential" if family["slug"] == CONFIDENTIAL_FAMILY else row["visibility"],
                    "default_party": None if slug == "bailleur" else parties[slug],
                    "order": order,
                },
            )
    return order


def _load_residences(rows: list[dict[str, Any]]) -> int:
    for row in rows:
        renamed = Residence.objects.filter(slug=slugify(row["name"])).exclude(name=row["name"]).exists()
        residence, _ = Residence.objects.update_or_create(
            slug=slugify(row["name"]),
            defaults={
                "name": row["name"],
                "quartier": Quartier.objects.get(slug=row["quartier"]),
                "dwellings": row.get("units"),
                "is_demonstration": row["status"] == "demo",
                "source": row.get("source", ""),
                # Known to the file, or left as somebody wrote it since.
                **({"latitude": row["latitude"], "longitude": row["longitude"]} if "latitude" in row else {}),
            },
        )
        if renamed:
            rewrite_texts(residence)
        Management.objects.get_or_create(
            residence=residence,
            until=None,
            defaults={"bailleur": Organisation.objects.get(slug=row["bailleur"]), "since": MANAGED_SINCE},
        )
        _load_spots(residence, row)
        for spot in [None, *residence.spots.filter(kind__in=[SpotKind.ENTRANCE, SpotKind.LIFT])]:
            QrCode.objects.get_or_create(residence=residence, spot=spot, revoked_at=None)
    return len(rows)


def _load_spots(residence: Residence, row: dict[str, Any]) -> None:
    """The buildings, entrances and lifts that the file counts, and the shared grounds of a demonstration residence."""
    buildings = row.get("buildings", [])
    for number, letter in enumerate(buildings):
        building = _spot(residence, SpotKind.BUILDING, f"Bâtiment {letter}")
        _spot(residence, SpotKind.ENTRANCE, f"Entrée {letter}", building)
        _spot(residence, SpotKind.STAIRWELL, f"Cage d'escalier {letter}", building)
        for lift in range(number, row.get("lifts", 0), len(buildings)):
            _spot(residence, SpotKind.LIFT, f"Ascenseur {letter}{lift // len(buildings) + 1}", building)
    if buildings:
        _spot(residence, SpotKind.BINS, "Local poubelles")
        _spot(residence, SpotKind.CAR_PARK, "Parking")
        _spot(residence, SpotKind.GREEN_SPACE, "Espaces verts")
        _spot(residence, SpotKind.SURROUNDINGS, "Abords")


def _spot(residence: Residence, kind: SpotKind, name: str, parent: Spot | None = None) -> Spot:
    spot, _ = Spot.objects.get_or_create(residence=residence, name=name, defaults={"kind": kind, "parent": parent})
    return spot
