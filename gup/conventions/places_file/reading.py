"""From the bytes of a CSV or XLSX file to places, or to everything that is wrong in it."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from gup.conventions.places_file.content import Places, ResidenceContent, SpotContent
from gup.conventions.places_file.layout import OF_RESIDENCE, OF_SPOT, PLACES
from gup.conventions.spreadsheet.flaws import WrongFile
from gup.conventions.spreadsheet.names import Catalogue
from gup.conventions.spreadsheet.opening import MAX_BYTES, unreadable
from gup.conventions.spreadsheet.reading import MAX_COLUMNS, Row, Table, read_lines, read_one_sheet
from gup.partners.enums import OrganisationKind
from gup.partners.models import Organisation

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a CSV file, with what the readers ask of a spreadsheet's."""

    value: str | int | None
    data_type: str = "s"
    number_format: str = ""


def read_places(data: bytes, catalogue: Catalogue, known: Places) -> Places:
    """What the file says. Raises WrongFile with all its flaws; `known` are the residences that are stored."""
    table = read_one_sheet(data, PLACES, catalogue) if data.startswith(b"PK") else _csv_table(data, catalogue)
    places = {} if table.flaws and not table.rows else _checked(table, known)
    if table.flaws:
        raise WrongFile(sorted(table.flaws, key=lambda flaw: (flaw.row, flaw.column)))
    return places


def _csv_table(data: bytes, catalogue: Catalogue) -> Table:
    if not data.strip():
        raise unreadable("le fichier est vide.")
    if len(data) > MAX_BYTES:
        raise unreadable(f"le fichier pèse plus de {MAX_BYTES // 1000} ko.")
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise unreadable(
            f"il n'est pas en UTF-8 (un signe de la ligne {line} est illisible). Enregistrez-le de nouveau : "
            "dans Excel, « CSV UTF-8 » ; dans LibreOffice, jeu de caractères « Unicode (UTF-8) »."
        ) from wrong
    if "\x00" in text:
        raise unreadable("ce n'est ni un CSV ni un classeur .xlsx.")
    heading = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    try:
        lines = [_cells(line) for line in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as broken:
        raise unreadable(f"le CSV est mal formé ({broken}) : un guillemet est ouvert et jamais fermé ?") from broken
    width = min(max(map(len, lines)), MAX_COLUMNS)
    return read_lines(((line + [Cell(None)] * width)[:width] for line in lines), PLACES, catalogue)


def _cells(line: Iterable[str]) -> list[Cell]:
    # A CSV knows no numbers: what is written like one, without a leading zero, is one.
    return [Cell(int(text) if _is_whole(text.strip()) else text or None) for text in line]


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10 and (text == "0" or not text.startswith("0"))


def _checked(table: Table, known: Places) -> Places:
    places: Places = {}
    bailleurs = set(Organisation.objects.filter(kind=OrganisationKind.BAILLEUR).values_list("slug", flat=True))
    for row in table.rows:
        if not row.has("spot") and "residence" in row.values:
            _residence(table, row, places)
            if row.get("bailleur") and row.get("bailleur") not in bailleurs:
                table.blame(row, "bailleur", "cette organisation n'est pas un bailleur.")
    for row in table.rows:
        if "spot" in row.values and "residence" in row.values:
            _spot(table, row, places, known)
    for row in table.rows:
        _parent(table, row, places, known)
    return places


def _residence(table: Table, row: Row, places: Places) -> None:
    for key in OF_SPOT:
        if row.has(key):
            table.blame(row, key, "cette cellule est vide sur la ligne d'une résidence.")
    for key in ("name", "quartier"):
        if not row.has(key):
            table.blame(row, key, "cette cellule est obligatoire sur la ligne d'une résidence.")
    slug = row.values["residence"]
    if slug in places:
        table.blame(row, "residence", f"la résidence « {slug} » est là deux fois.")
        return
    given: dict[str, Any] = {key: row.get(key) for key in OF_RESIDENCE}
    places[slug] = ResidenceContent(
        slug, given["name"] or "", given["quartier"] or "", given["bailleur"] or "", given["dwellings"]
    )


def _spot(table: Table, row: Row, places: Places, known: Places) -> None:
    for key in OF_RESIDENCE:
        if row.has(key):
            table.blame(row, key, "cette cellule est vide sur la ligne d'un lieu.")
    if not row.has("kind"):
        table.blame(row, "kind", "un lieu a une nature.")
    slug, name = row.values["residence"], row.values["spot"]
    if slug not in places:
        if slug not in known:
            table.blame(row, "residence", f"la résidence « {slug} » n'existe pas et n'a pas de ligne dans ce fichier.")
            return
        stored = known[slug]
        places[slug] = ResidenceContent(slug, stored.name, stored.quartier, stored.bailleur, stored.dwellings)
    if name in places[slug].spots:
        table.blame(row, "spot", f"le lieu « {name} » est là deux fois.")
        return
    places[slug].spots[name] = SpotContent(name, row.get("kind") or "", row.get("parent") or "")


def _parent(table: Table, row: Row, places: Places, known: Places) -> None:
    """A spot stands in a spot that exists, here or already, and never in itself."""
    slug, name, parent = row.get("residence"), row.get("spot"), row.get("parent")
    if not parent or not name or slug not in places:
        return
    spots = {**(known[slug].spots if slug in known else {}), **places[slug].spots}
    met = {name}
    while parent:
        if parent in met:
            table.blame(row, "parent", "ce lieu serait dans lui-même.")
            return
        if parent not in spots:
            table.blame(row, "parent", f"le lieu « {parent} » n'existe pas dans cette résidence.")
            return
        met.add(parent)
        parent = spots[parent].parent
