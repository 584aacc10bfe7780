"""Which problems at a spot mean that its equipment is down."""

from gup.conventions.models import Commitment
from gup.places.enums import SpotKind

# Where the commitment names no category: what brings the equipment to a standstill. A fault without a stop does not,
# nor does a complaint about stops that each had an incident of their own. A kind that is absent: any problem there.
STANDSTILL = {SpotKind.LIFT: frozenset({"person-trapped", "lift-out"})}


def brings_down(commitment: Commitment, kind: SpotKind, category: str, family: str) -> bool:
    """Whether an incident of this category (and family), at a spot of this kind, counts as downtime."""
    if commitment.category is not None:
        return commitment.category.slug in (category, family)
    standstill = STANDSTILL.get(kind)
    return standstill is None or category in standstill
