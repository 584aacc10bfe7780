"""What the table says, and what is stored, in one shape: compared, they tell what would change."""

from dataclasses import dataclass, field

from gup.partners.models import Management
from gup.places.models import Residence, Spot


@dataclass(frozen=True, slots=True)
class SpotContent:
    name: str
    kind: str
    parent: str = ""


@dataclass(slots=True)
class ResidenceContent:
    """Slugs for names; `spots` by name, in the order of their lines."""

    slug: str
    name: str
    quartier: str
    bailleur: str = ""
    dwellings: int | None = None
    spots: dict[str, SpotContent] = field(default_factory=dict)


Places = dict[str, ResidenceContent]


def stored_places() -> Places:
    """All residences and spots (three queries)."""
    managing = dict(Management.objects.filter(until=None).values_list("residence__slug", "bailleur__slug"))
    places = {
        each.slug: ResidenceContent(
            each.slug, each.name, each.quartier.slug, managing.get(each.slug, ""), each.dwellings
        )
        for each in Residence.objects.select_related("quartier").order_by("slug")
    }
    for spot in Spot.objects.select_related("residence", "parent").order_by("residence__slug", "id"):
        parent = spot.parent.name if spot.parent else ""
        places[spot.residence.slug].spots[spot.name] = SpotContent(spot.name, spot.kind, parent)
    return places
