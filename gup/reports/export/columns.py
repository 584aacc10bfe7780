"""What a column of the archive holds, and how each value is written in CSV and in JSON."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from gup.reports.cells import Cell, plain_cell

TEXT, COUNT, SECONDS, FLAG, DAY, INSTANT, JSON = (
    "texte",
    "entier",
    "secondes",
    "oui ou non",
    "jour",
    "instant UTC",
    "JSON",
)


@dataclass(frozen=True, slots=True)
class Column:
    """`path`: where the value is read from, as the ORM names it; empty for what the table computes."""

    name: str
    path: str
    kind: str
    meaning: str


def as_value(value: Any) -> Any:
    """The value as JSON has it: instants as ISO 8601 in UTC, days as ISO, the rest as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def as_cell(value: Any) -> Cell:
    """A JSON value as a cell of the CSV: text neutralised, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return plain_cell(value)
    # Lists and objects are written as JSON, which no spreadsheet takes for a formula.
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
