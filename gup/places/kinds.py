"""The kind of place that a convention names in its own words."""

import unicodedata

from gup.places.enums import SpotKind


def spot_kind_of(equipment: str) -> SpotKind | None:
    """The kind of spot that an equipment is, by its French name: "Ascenseurs" are lifts. None for an unknown one."""
    wanted = _singular(equipment)
    return next((kind for kind in SpotKind if _singular(kind.label) == wanted), None)


def _singular(words: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFD", words.casefold()) if not unicodedata.combining(each))
    return " ".join(word.rstrip("sx") for word in plain.split())
