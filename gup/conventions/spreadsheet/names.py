"""Organisations, categories, residences and quartiers as people write them: by name, or by code."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from gup.conventions.models import Category
from gup.conventions.spreadsheet.layout import Named
from gup.partners.models import Organisation
from gup.places.models import Quartier, Residence

_SOURCES = {
    Named.ORGANISATION: Organisation,
    Named.CATEGORY: Category,
    Named.RESIDENCE: Residence,
    Named.QUARTIER: Quartier,
}


def folded(text: str) -> str:
    """The text without what a tablet or a spreadsheet changes by itself: case, apostrophes, kinds of space."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    return " ".join(plain.split()).casefold()


@dataclass(frozen=True, slots=True)
class Names:
    """The rows of one kind: `slugs` by folded slug or unique name, `names` by slug, for those names that lead back."""

    slugs: dict[str, str]
    names: dict[str, str]

    def find(self, text: str) -> str | None:
        return self.slugs.get(folded(text))

    def shown(self, slug: str) -> str:
        """The name, or the slug where several rows share that name."""
        return self.names.get(slug, slug)


Catalogue = dict[Named, Names]


def read_catalogue() -> Catalogue:
    """All that a file may name: four queries."""
    return {
        named: _names(list(model._default_manager.values_list("slug", "name"))) for named, model in _SOURCES.items()
    }


def _names(rows: list[tuple[str, str]]) -> Names:
    met = Counter(folded(name) for _, name in rows)
    slugs = {folded(name): slug for slug, name in rows if met[folded(name)] == 1}
    slugs |= {folded(slug): slug for slug, _ in rows}
    return Names(slugs, {slug: name for slug, name in rows if slugs.get(folded(name)) == slug})
