"""From a workbook to rows: each sheet and column found, each cell read, each flaw kept."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.workbook import Workbook

from gup.conventions.spreadsheet.cells import CellError, read
from gup.conventions.spreadsheet.flaws import Flaw, WrongFile
from gup.conventions.spreadsheet.layout import EXAMPLE, SHEETS, SheetLayout
from gup.conventions.spreadsheet.names import Catalogue, folded
from gup.conventions.spreadsheet.opening import open_workbook, unreadable

MAX_ROWS = 5_000
MAX_COLUMNS = 60
# The last row that a spreadsheet has.
_LAST_ROW = 1_048_576


@dataclass(slots=True)
class Row:
    """`values` holds the filled cells that could be read; `wrong` the keys of those that could not."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def has(self, key: str) -> bool:
        """Whether the cell is filled, readable or not."""
        return key in self.values or key in self.wrong


@dataclass(slots=True)
class Table:
    """One sheet: where its columns stand, and its rows without those left aside as examples."""

    layout: SheetLayout
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    examples: int = 0

    def blame(self, row: Row | None, key: str, reason: str) -> None:
        """Note a flaw of a cell; of the row when `key` is empty, of the sheet when there is no row."""
        heading = self.layout.column(key).heading if key else ""
        self.flaws.append(
            Flaw(self.layout.name, row.number if row else 0, self.columns.get(key, 0) if key else 0, heading, reason)
        )


Tables = dict[str, Table]
Lines = Iterable[Sequence[Any]]


def read_tables(data: bytes, catalogue: Catalogue) -> Tables:
    """Every sheet of a convention's file. Raises WrongFile for bytes that are no readable workbook."""
    return _read_sheets(data, SHEETS, catalogue)


def read_one_sheet(data: bytes, layout: SheetLayout, catalogue: Catalogue) -> Table:
    """The one sheet of another kind of file. Raises WrongFile for bytes that are no readable workbook."""
    return _read_sheets(data, (layout,), catalogue)[layout.name]


def _read_sheets(data: bytes, layouts: Iterable[SheetLayout], catalogue: Catalogue) -> Tables:
    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out (extensions, dates that cannot be): the cells themselves say it.
        warnings.simplefilter("ignore")
        workbook = open_workbook(data)
        try:
            return {layout.name: _table(workbook, layout, catalogue) for layout in layouts}
        except WrongFile:
            raise
        # A damaged part makes openpyxl fail in as many ways as XML can be wrong.
        except Exception as damaged:
            raise unreadable("le fichier est endommagé : ouvrez-le dans un tableur et enregistrez-le.") from damaged
        finally:
            workbook.close()


def _table(workbook: Workbook, layout: SheetLayout, catalogue: Catalogue) -> Table:
    sheet = next((each for each in workbook.worksheets if folded(each.title) == folded(layout.name)), None)
    if sheet is None:
        table = Table(layout)
        table.blame(None, "", "cette feuille manque.")
        return table
    return read_lines(sheet.iter_rows(max_row=_LAST_ROW, max_col=MAX_COLUMNS), layout, catalogue)


def read_lines(cells_by_line: Lines, layout: SheetLayout, catalogue: Catalogue) -> Table:
    """A table from its lines, the headings first, whatever file they come from."""
    table = Table(layout)
    lines = enumerate(cells_by_line, start=1)
    _find_columns(table, next(lines, (1, ()))[1])
    for number, cells in _filled(lines):
        if len(table.rows) == MAX_ROWS:
            table.blame(Row(number), "", f"plus de {MAX_ROWS} lignes : partagez le fichier.")
            break
        if folded(str(cells[0].value)).startswith(folded(EXAMPLE)):
            table.examples += 1
            continue
        table.rows.append(_row(table, number, cells, catalogue))
    return table


def _filled(lines: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    for number, cells in lines:
        if any(cell.value is not None and str(cell.value).strip() for cell in cells):
            yield number, cells


def _find_columns(table: Table, headings: Any) -> None:
    expected = {folded(column.heading): column for column in table.layout.columns}
    for position, cell in enumerate(headings, start=1):
        if cell.value is None or not str(cell.value).strip():
            continue
        heading = str(cell.value)
        column = expected.get(folded(heading))
        if column is None:
            table.flaws.append(Flaw(table.layout.name, 1, position, heading[:60], "colonne inconnue."))
        elif column.key in table.columns:
            table.flaws.append(Flaw(table.layout.name, 1, position, column.heading, "cette colonne est là deux fois."))
        else:
            table.columns[column.key] = position
    for column in table.layout.columns:
        if column.key not in table.columns:
            table.flaws.append(Flaw(table.layout.name, 1, 0, column.heading, "cette colonne manque."))


def _row(table: Table, number: int, cells: Any, catalogue: Catalogue) -> Row:
    row = Row(number)
    for column in table.layout.columns:
        position = table.columns.get(column.key)
        if position is None:
            row.wrong.add(column.key)
            continue
        cell = cells[position - 1]
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            if column.required:
                row.wrong.add(column.key)
                table.blame(row, column.key, "cette cellule est obligatoire.")
            continue
        try:
            row.values[column.key] = _value(cell, column, catalogue)
        except CellError as refusal:
            row.wrong.add(column.key)
            table.blame(row, column.key, str(refusal))
    _refuse_what_stands_outside(table, row, cells)
    return row


def _value(cell: Any, column: Any, catalogue: Catalogue) -> Any:
    if cell.data_type == "f":
        raise CellError("cette cellule est une formule : collez-y sa valeur.")
    if cell.data_type == "e":
        raise CellError(f"cette cellule est en erreur ({cell.value}).")
    return read(cell.value, str(cell.number_format or ""), column, catalogue)


def _refuse_what_stands_outside(table: Table, row: Row, cells: Any) -> None:
    """A filled cell under no known heading would be lost without a word."""
    known = set(table.columns.values())
    headed = {flaw.column for flaw in table.flaws if flaw.row == 1}
    for position, cell in enumerate(cells, start=1):
        if position not in known | headed and cell.value is not None and str(cell.value).strip():
            table.flaws.append(
                Flaw(table.layout.name, row.number, position, "sans titre", "cette colonne est sans titre.")
            )
