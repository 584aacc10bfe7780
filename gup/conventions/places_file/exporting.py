"""The table of places, as CSV or XLSX; imported again, it changes nothing."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from gup.conventions.places_file.content import Places
from gup.conventions.places_file.layout import PLACES
from gup.conventions.spreadsheet.cells import sheltered
from gup.conventions.spreadsheet.names import Catalogue
from gup.conventions.spreadsheet.workbook import in_words, one_sheet_bytes


def csv_bytes(places: Places, catalogue: Catalogue) -> bytes:
    """UTF-8 with its mark and semicolons, as a French spreadsheet opens it."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in PLACES.columns])
    for line in lines_of(places):
        writer.writerow([_text(line.get(column.key), column, catalogue) for column in PLACES.columns])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(places: Places, catalogue: Catalogue) -> bytes:
    return one_sheet_bytes(PLACES, list(lines_of(places)), catalogue)


def lines_of(places: Places) -> Iterator[dict[str, Any]]:
    for slug, residence in places.items():
        yield {
            "residence": slug,
            "name": residence.name,
            "quartier": residence.quartier,
            "bailleur": residence.bailleur,
            "dwellings": residence.dwellings,
        }
        for spot in residence.spots.values():
            yield {"residence": slug, "spot": spot.name, "kind": spot.kind, "parent": spot.parent}


def _text(value: Any, column: Any, catalogue: Catalogue) -> str:
    if value is None or value == "":
        return ""
    return str(value) if isinstance(value, int) else sheltered(in_words(column, value, catalogue))
