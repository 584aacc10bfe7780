"""A list of incidents as a file: one line each, the same columns in CSV and in a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from gup.conventions.enums import Priority
from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.reports.cells import csv_lines

COLUMNS = (
    ("référence", 18),
    ("titre", 44),
    ("résidence", 30),
    ("quartier", 20),
    ("lieu", 22),
    ("famille", 28),
    ("catégorie", 34),
    ("priorité", 14),
    ("état", 20),
    ("bailleur", 26),
    ("qui répond", 26),
    ("confié à", 24),
    ("confidentiel", 12),
    ("signalé le", 17),
    ("échéance", 17),
    ("réparation annoncée le", 17),
    ("clos le", 17),
    ("description", 60),
)
HEADER = tuple(name for name, _ in COLUMNS)
# A workbook holds no more, its heading counted.
MOST_ROWS = 1_048_575
CHUNK = 1000
Value = str | datetime | None


def table(found: IncidentQuerySet) -> Iterator[tuple[Value, ...]]:
    """The lines, read a thousand at a time; instants are local, as people write them."""
    rows = found.for_lists().select_related("bailleur", "assigned_to")
    return (_line(incident) for incident in rows.iterator(chunk_size=CHUNK))


def csv_table(found: IncidentQuerySet) -> Iterator[bytes]:
    return csv_lines(_with_header(table(found)))


def write_xlsx_table(found: IncidentQuerySet, out: IO[bytes]) -> None:
    """Written as it is read, whatever its length; texts are never formulas, instants are dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Incidents")
    assert isinstance(sheet, WriteOnlyWorksheet)
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(COLUMNS, start=1):
        # Known when it runs; its types know it of ordinary sheets only.
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]
    sheet.append([_heading(sheet, name) for name in HEADER])
    for line in table(found):
        sheet.append([_cell(sheet, value) for value in line])
    book.save(out)


def _with_header(lines: Iterable[Sequence[Value]]) -> Iterator[Sequence[str | None]]:
    yield HEADER
    for line in lines:
        yield [f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value for value in line]


def _line(incident: Incident) -> tuple[Value, ...]:
    return (
        incident.ref,
        incident.title,
        incident.residence.name,
        incident.residence.quartier.name,
        incident.spot.name if incident.spot else None,
        incident.category.family.name,
        incident.category.name,
        Priority(incident.priority).label,
        Status(incident.status).label,
        incident.bailleur.name,
        incident.responsible.name,
        str(incident.assigned_to) if incident.assigned_to else None,
        "oui" if incident.is_confidential else "non",
        _local(incident.reported_at),
        _local(incident.due_at),
        _local(incident.resolved_at),
        _local(incident.closed_at),
        incident.description or None,
    )


def _local(at: datetime | None) -> datetime | None:
    """A workbook knows no zone: the hour on the wall of Le Lamentin."""
    return None if at is None else timezone.localtime(at).replace(tzinfo=None)


def _heading(sheet: WriteOnlyWorksheet, name: str) -> Cell:
    cell = WriteOnlyCell(sheet, name.capitalize())
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif value is not None:
        cell.number_format = "yyyy-mm-dd hh:mm"
    return cell
