"""What an incident is searched by: one folded text a row, written with its birth, in the same transaction.

On SQLite the table is an FTS5 index of trigrams; on PostgreSQL a plain table under a trigram index. Both are read
alike: a word is found inside another one, whatever its accents and its case (`search_text.folded` was there before).
"""

from typing import TYPE_CHECKING, Any

from django.db import connection, models

from gup.incidents.search_text import TRIGRAM, words_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Matches(models.Lookup):
    """FTS5's own operator: the trigrams of each quoted word, in their order."""

    lookup_name = "matches"

    def as_sql(self, compiler: "SQLCompiler", connection: "BaseDatabaseWrapper") -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} MATCH {right}", (*left_params, *right_params)


class FoldedText(models.TextField):
    """A text that `folded` made."""


FoldedText.register_lookup(Matches)


class IncidentTextQuerySet(models.QuerySet["IncidentText"]):
    def holding(self, text: str) -> "IncidentTextQuerySet":
        """Those that hold each word of the text; none when nothing in it can be searched."""
        words = words_of(text)
        if not words:
            return self.none()
        found = self
        indexed = [word for word in words if len(word) >= TRIGRAM] if connection.vendor == "sqlite" else []
        if indexed:
            # Folded words are letters and digits: nothing in them ends the quotes.
            found = found.filter(body__matches=" AND ".join(f'"{word}"' for word in indexed))
        for word in words:
            if word not in indexed:
                found = found.filter(body__contains=word)
        return found


class IncidentText(models.Model):
    """One document an incident: reference, title, description, residence, spot."""

    # FTS5 knows one key, and calls it so.
    incident = models.OneToOneField(
        "incidents.Incident", models.CASCADE, primary_key=True, related_name="search", db_column="rowid"
    )
    body = FoldedText("texte cherché")

    objects = IncidentTextQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.body[:40]}"
