"""The workbook itself: headings, comments, lists to choose from, widths. Exports and the template share it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import models
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gup.conventions.spreadsheet.cells import sheltered
from gup.conventions.spreadsheet.layout import EXAMPLE, LISTS, README, SHEETS, Column, Kind, Named, SheetLayout
from gup.conventions.spreadsheet.names import Catalogue
from gup.conventions.spreadsheet.readme import PARAGRAPHS, TITLE

Lines = list[dict[str, Any]]

# Each list is offered as far as this row.
_LAST_OFFERED_ROW = 5_000
_ACCENT, _TINT, _EXAMPLE_TINT = "FF0B6E75", "FFE6F1F1", "FFF4EFE4"
_HEADING = Font(bold=True, color="FFFFFFFF")
_HEADING_FILL = PatternFill("solid", fgColor=_ACCENT)
_OPTIONAL_FILL = PatternFill("solid", fgColor="FF4B7F83")
_EXAMPLE_FILL = PatternFill("solid", fgColor=_EXAMPLE_TINT)
_EXAMPLE_FONT = Font(italic=True, color="FF6B6456")
_EDGE = Border(bottom=Side("thin", color="FFD9D3C5"))
_TOP = Alignment(vertical="top", wrap_text=True)
_TAB_COLOURS = {"Engagements": "E08E2B"}


def workbook_bytes(lines: dict[str, Lines], catalogue: Catalogue, examples: dict[str, Lines] | None = None) -> bytes:
    """The file, with `examples` (already in words) above the lines of their sheet."""
    book = Workbook()
    readme = book.active
    assert isinstance(readme, Worksheet)
    _write_readme(readme)
    sheets = {layout.name: book.create_sheet(layout.name) for layout in SHEETS}
    ranges = _write_lists(book.create_sheet(LISTS), SHEETS, catalogue)
    for layout in SHEETS:
        sheet = sheets[layout.name]
        _write_headings(sheet, layout, ranges)
        row = 2
        for line in (examples or {}).get(layout.name, []):
            _write_example(sheet, row, layout, line)
            row += 1
        for line in lines.get(layout.name, []):
            for position, column in enumerate(layout.columns, start=1):
                _write(sheet.cell(row, position), column, line.get(column.key), catalogue)
            row += 1
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def one_sheet_bytes(layout: SheetLayout, lines: Lines, catalogue: Catalogue) -> bytes:
    """A file of one sheet, with the lists that its columns choose from."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = layout.name
    _write_headings(sheet, layout, _write_lists(book.create_sheet(LISTS), (layout,), catalogue))
    for row, line in enumerate(lines, start=2):
        for position, column in enumerate(layout.columns, start=1):
            _write(sheet.cell(row, position), column, line.get(column.key), catalogue)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Cell | MergedCell, column: Column, value: Any, catalogue: Catalogue) -> None:
    cell.alignment, cell.border = _TOP, _EDGE
    if value is None or value == "" or value == ():
        return
    if isinstance(value, bool):
        _write_text(cell, "oui" if value else "non")
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int | Decimal):
        cell.value = value
    else:
        _write_text(cell, in_words(column, value, catalogue))


def in_words(column: Column, value: Any, catalogue: Catalogue) -> str:
    if column.kind is Kind.NAME and column.named is not None:
        return catalogue[column.named].shown(value)
    if column.kind is Kind.CHOICE and column.choices is not None:
        return str(column.choices(value).label)
    if column.kind is Kind.CHOICES and column.choices is not None:
        return " ; ".join(str(column.choices(each).label) for each in value)
    return str(value)


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    """Text stays text: never a formula, whatever it begins with."""
    cell.value = sheltered(text)
    cell.data_type = "s"


def _write_headings(sheet: Worksheet, layout: SheetLayout, ranges: dict[str, str]) -> None:
    for position, column in enumerate(layout.columns, start=1):
        cell = sheet.cell(1, position, column.heading)
        cell.font, cell.alignment = _HEADING, Alignment(vertical="center", wrap_text=True)
        cell.fill = _HEADING_FILL if column.required else _OPTIONAL_FILL
        words = f"{column.help}{' Obligatoire.' if column.required else ''}"
        cell.comment = Comment(words, "GUP", height=90, width=260)
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = column.width
        _offer_choices(sheet, letter, column, ranges)
    sheet.row_dimensions[1].height = 34
    sheet.freeze_panes = "C2" if len(layout.columns) > 8 else "A2"
    sheet.sheet_properties.tabColor = _TAB_COLOURS.get(layout.name, "0B6E75")
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:1"


def _offer_choices(sheet: Worksheet, letter: str, column: Column, ranges: dict[str, str]) -> None:
    source = ranges.get(_list_name(column))
    if source is None:
        return
    offered = DataValidation(type="list", formula1=source, allow_blank=True)
    # Codes are accepted too, and several reasons in one cell: the list helps and does not forbid.
    offered.showErrorMessage = column.kind is Kind.CHOICE
    offered.errorTitle, offered.error = column.heading, "Choisissez dans la liste."
    offered.add(f"{letter}2:{letter}{_LAST_OFFERED_ROW}")
    sheet.add_data_validation(offered)


def _list_name(column: Column) -> str:
    if column.kind is Kind.YES_NO:
        return "Oui ou non"
    if column.named is not None:
        return column.named.name
    return column.choices.__name__ if column.choices is not None else ""


def _write_lists(sheet: Worksheet, layouts: Iterable[SheetLayout], catalogue: Catalogue) -> dict[str, str]:
    """Every list to choose from, one a column; returns the range of each by its name."""
    lists: dict[str, tuple[str, list[str]]] = {"Oui ou non": ("Oui ou non", ["oui", "non"])}
    for layout in layouts:
        for column in layout.columns:
            if column.choices is not None:
                lists.setdefault(_list_name(column), (column.heading, _labels(column.choices)))
            elif column.named is not None:
                names = sorted(catalogue[column.named].shown(slug) for slug in _slugs(catalogue, column.named))
                lists.setdefault(_list_name(column), (column.heading, names))
    ranges = {}
    for position, (name, (heading, entries)) in enumerate(lists.items(), start=1):
        letter = get_column_letter(position)
        head = sheet.cell(1, position, heading)
        head.font, head.fill = _HEADING, _HEADING_FILL
        sheet.column_dimensions[letter].width = min(60, max([len(heading), *map(len, entries)]) + 2)
        for row, entry in enumerate(entries, start=2):
            _write_text(sheet.cell(row, position), entry)
        if entries:
            ranges[name] = f"{LISTS}!${letter}$2:${letter}${len(entries) + 1}"
    sheet.freeze_panes = "A2"
    return ranges


def _slugs(catalogue: Catalogue, named: Named) -> set[str]:
    return set(catalogue[named].slugs.values())


def _labels(choices: type[models.TextChoices]) -> list[str]:
    return [str(label) for label in choices.labels]


def _write_example(sheet: Worksheet, row: int, layout: SheetLayout, line: dict[str, Any]) -> None:
    """A line in words, its first cell marked so that the import leaves the row aside."""
    for position, column in enumerate(layout.columns, start=1):
        cell = sheet.cell(row, position)
        value = line.get(column.key)
        if position == 1:
            _write_text(cell, f"{EXAMPLE} {value}")
        elif isinstance(value, str):
            _write_text(cell, value)
        elif value is not None:
            cell.value = value
            if isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
        cell.font, cell.fill, cell.alignment = _EXAMPLE_FONT, _EXAMPLE_FILL, _TOP


def _write_readme(sheet: Worksheet) -> None:
    sheet.title = README
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 92
    title = sheet.cell(1, 1, TITLE)
    title.font = Font(bold=True, size=18, color=_ACCENT)
    row = 3
    for heading, words in (*PARAGRAPHS, *((layout.name, layout.purpose) for layout in SHEETS)):
        name, text = sheet.cell(row, 1, heading), sheet.cell(row, 2, words)
        name.font, name.alignment = Font(bold=True), _TOP
        text.alignment = _TOP
        name.fill = text.fill = PatternFill("solid", fgColor=_TINT)
        sheet.row_dimensions[row].height = 17 * (1 + len(words) // 88)
        row += 1
