"""Which spots an availability speaks of, and which problems there mean that it is down."""

import unicodedata

from gup.conventions.models import Commitment
from gup.places.enums import SpotKind

# Where the commitment names no category: what brings the equipment to a standstill. A fault without a stop does not,
# nor does a complaint about stops that each had an incident of their own. A kind that is absent: any problem there.
STANDSTILL = {SpotKind.LIFT: frozenset({"person-trapped", "lift-out"})}


def spot_kind_of(equipment: str) -> SpotKind | None:
    """The kind of spot that an equipment is, by its French name: "Ascenseurs" are lifts. None for an unknown one."""
    wanted = _singular(equipment)
    return next((kind for kind in SpotKind if _singular(kind.label) == wanted), None)


def brings_down(commitment: Commitment, kind: SpotKind, category: str, family: str) -> bool:
    """Whether an incident of this category (and family), at a spot of this kind, counts as downtime."""
    if commitment.category is not None:
        return commitment.category.slug in (category, family)
    standstill = STANDSTILL.get(kind)
    return standstill is None or category in standstill


def _singular(words: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFD", words.casefold()) if not unicodedata.combining(each))
    return " ".join(word.rstrip("sx") for word in plain.split())
