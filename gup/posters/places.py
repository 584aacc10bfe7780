"""What may be printed, and by whom: the DSU everywhere, a bailleur's people where they work."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from gup.partners.models import User
from gup.partners.scope import BAILLEUR_ROLES, DSU_ROLES, places_of
from gup.places.enums import SpotKind
from gup.places.models import Residence, Spot

PRINTING_ROLES = BAILLEUR_ROLES | DSU_ROLES
# Where people wait and read: the hall, the entrance, the lift, the bins, the car park.
POSTED_KINDS = (SpotKind.BUILDING, SpotKind.ENTRANCE, SpotKind.LIFT, SpotKind.BINS, SpotKind.CAR_PARK)
# A file that a printer and a browser take without a sigh.
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A residence, or one of its spots."""

    residence: Residence
    spot: Spot | None = None

    @property
    def key(self) -> str:
        """How a form names it: "r12" or "s34"."""
        return f"r{self.residence.pk}" if self.spot is None else f"s{self.spot.pk}"

    @property
    def every(self) -> str:
        """How a form names all the places of its residence: "a12"."""
        return f"a{self.residence.pk}"

    @property
    def name(self) -> str:
        return "Affiche générale" if self.spot is None else self.spot.name


def printable_by(user: User) -> QuerySet[Residence]:
    """The residences whose posters a person may print."""
    return places_of(user, as_roles=PRINTING_ROLES)


def places_in(residences: Iterable[Residence]) -> list[Place]:
    """Each residence, then its spots that bear a poster, in the order of their names (one query)."""
    spots: dict[int, list[Spot]] = {}
    found = Spot.objects.filter(residence__in=residences, kind__in=POSTED_KINDS).order_by("kind", "name")
    for spot in found:
        spots.setdefault(spot.residence_id, []).append(spot)
    return [Place(residence, spot) for residence in residences for spot in [None, *spots.get(residence.pk, [])]]


def named(keys: Iterable[str], user: User) -> list[Place] | None:
    """The places that a form named, in the order of the page; None where one of them is not this person's to print."""
    wanted = set(keys)
    ids = {kind: [int(key[1:19]) for key in wanted if key[:1] == kind and key[1:].isdecimal()] for kind in "ars"}
    residences = printable_by(user)
    here = residences.filter(pk__in=ids["a"] + ids["r"]) | residences.filter(spots__in=ids["s"])
    found = places_in(list(here.distinct().order_by("name")))
    known = {each for place in found for each in (place.key, place.every)}
    return [place for place in found if wanted & {place.key, place.every}] if wanted <= known else None
