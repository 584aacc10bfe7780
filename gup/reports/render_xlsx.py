"""The month's figures as a workbook, one sheet a table: the same rows as the CSV, to the last digit."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gup.reports.cells import Cell
from gup.reports.monthly import MonthlyFigures
from gup.reports.rows import HEADER, PERCENT, rows

_TITLE_LENGTH = 31
_WIDTHS = (46, 42, 40, 12)
_HEADING, _FILL = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF0B5A5A")


def render_xlsx(figures: MonthlyFigures) -> bytes:
    return workbook(rows(figures), f"{figures.cover.subject} · {figures.cover.month:%Y-%m}")


def workbook(lines: Iterable[Sequence[Cell]], title: str) -> bytes:
    """Lines in the long form, a sheet for each table. Texts are never formulas; a rate is a number with one decimal,
    cut as everywhere and not rounded up.
    """
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    sheets: dict[str, Worksheet] = {}
    for table, *line in lines:
        name = str(table)
        if name not in sheets:
            sheets[name] = _sheet(book, name)
        _write(sheets[name], line)
    book.properties.title = title
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, name: str) -> Worksheet:
    """Named after its table, as far as a workbook allows; its headings stay in sight."""
    sheet: Worksheet = book.create_sheet(name.replace(":", " ·")[:_TITLE_LENGTH])
    sheet.append([heading.capitalize() for heading in HEADER[1:]])
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        heading = sheet.cell(1, column)
        heading.font, heading.fill = _HEADING, _FILL
    sheet.freeze_panes = "A2"
    return sheet


def _write(sheet: Worksheet, line: Sequence[Cell]) -> None:
    row = sheet.max_row + 1
    for column, value in enumerate(line, start=1):
        cell = sheet.cell(row, column)
        if line[-1] == PERCENT and isinstance(value, str) and column == len(line) - 1:
            cell.value, cell.number_format = float(value.replace(",", ".")), "0.0"
        elif isinstance(value, str):
            cell.value, cell.data_type = value, "s"
        else:
            cell.value = value
