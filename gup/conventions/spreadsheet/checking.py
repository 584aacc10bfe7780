"""From rows to what they say together: every flaw of every sheet is told, or the content is returned."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gup.conventions.enums import EscalationChannel
from gup.conventions.spreadsheet import layout
from gup.conventions.spreadsheet.cells import SECONDS
from gup.conventions.spreadsheet.checking_calendars import read_calendars
from gup.conventions.spreadsheet.checking_commitments import read_commitments
from gup.conventions.spreadsheet.content import Content, ConventionContent, StepContent, VersionContent
from gup.conventions.spreadsheet.flaws import Flaw, WrongFile
from gup.conventions.spreadsheet.layout import Unit
from gup.conventions.spreadsheet.names import Catalogue
from gup.conventions.spreadsheet.reading import Row, Table, Tables, read_tables

_YEAR = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that holds together; `places` gives the row of each sheet where a later refusal belongs."""

    content: Content
    tables: Tables
    examples: int

    def flaw(self, sheet: layout.SheetLayout, key: str, reason: str, row: int = 0) -> Flaw:
        """A flaw found once the file is compared with what is stored; `row` 0 is the sheet's first."""
        table = self.tables[sheet.name]
        number = row or (table.rows[0].number if table.rows else 0)
        return Flaw(sheet.name, number, table.columns.get(key, 0), sheet.column(key).heading, reason)


def check_file(data: bytes, catalogue: Catalogue) -> Checked:
    """What a file says. Raises WrongFile with every flaw of it."""
    tables = read_tables(data, catalogue)
    convention = _convention(tables[layout.CONVENTION.name])
    version = _version(tables[layout.VERSION.name])
    quartiers = _quartiers(tables[layout.PERIMETER.name])
    timezone = convention.timezone if convention else ""
    calendars = read_calendars(tables[layout.CALENDARS.name], tables[layout.CLOSURES.name], timezone)
    signatory = convention.organisation if convention else ""
    commitments = read_commitments(
        tables[layout.COMMITMENTS.name], tables[layout.CALENDARS.name], set(calendars), signatory
    )
    steps = _steps(tables[layout.STEPS.name])
    flaws = [
        flaw for table in tables.values() for flaw in sorted(table.flaws, key=lambda each: (each.row, each.column))
    ]
    if flaws or convention is None or version is None:
        raise WrongFile(flaws)
    content = Content(convention, version, quartiers, calendars, commitments, steps)
    return Checked(content, tables, sum(table.examples for table in tables.values()))


def known_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _only_row(table: Table) -> Row | None:
    """The one row of its sheet; None when its absence, or that of a column, has been told."""
    if not table.columns:
        return None
    if not table.rows:
        table.blame(None, "", "cette feuille attend une ligne.")
        return None
    for extra in table.rows[1:]:
        table.blame(extra, "", "cette feuille n'attend qu'une ligne.")
    return table.rows[0]


def _convention(table: Table) -> ConventionContent | None:
    row = _only_row(table)
    if row is None:
        return None
    if row.get("timezone") and not known_timezone(row.get("timezone")):
        table.blame(row, "timezone", f"« {row.get('timezone')} » n'est pas un fuseau horaire.")
        return None
    if row.wrong:
        return None
    return ConventionContent(
        row.get("slug"),
        row.get("name"),
        row.get("organisation"),
        row.get("timezone"),
        bool(row.get("is_illustrative")),
        bool(row.get("is_annex")),
    )


def _version(table: Table) -> VersionContent | None:
    row = _only_row(table)
    if row is None:
        return None
    start, last = row.get("in_force_from"), row.get("last_day")
    if start and last and last < start:
        table.blame(row, "last_day", "le dernier jour vient avant le premier.")
        return None
    if row.wrong:
        return None
    until = last + timedelta(days=1) if last else None
    return VersionContent(
        row.get("number"), start, until, bool(row.get("applies_to_open")), row.get("philosophy") or ""
    )


def _quartiers(table: Table) -> frozenset[str]:
    met: dict[str, int] = {}
    for row in table.rows:
        slug = row.get("quartier")
        if slug in met:
            table.blame(row, "quartier", f"ce quartier est déjà à la ligne {met[slug]}.")
        elif slug:
            met[slug] = row.number
    if table.columns and not table.rows:
        table.blame(None, "", "donnez au moins un quartier.")
    return frozenset(met)


def _steps(table: Table) -> tuple[StepContent, ...]:
    met: dict[int, int] = {}
    steps = []
    for row in table.rows:
        level = row.get("level")
        if level in met:
            table.blame(row, "level", f"ce niveau est déjà à la ligne {met[level]}.")
        elif level is not None:
            met[level] = row.number
        offset = _offset(table, row)
        if not row.has("share_percent") and not row.has("offset"):
            table.blame(row, "share_percent", "donnez une part du délai ou un décalage.")
        if row.has("share_percent") and row.has("offset"):
            table.blame(row, "offset", "une part du délai ou un décalage : l'un des deux.")
        share = row.get("share_percent")
        if share is not None and share != int(share):
            table.blame(row, "share_percent", "un nombre entier est attendu.")
        if not row.wrong:
            steps.append(
                StepContent(
                    row.get("level"),
                    None if share is None else int(share),
                    offset,
                    row.get("audience"),
                    row.get("channel") or EscalationChannel.EMAIL.value,
                )
            )
    return tuple(sorted(steps, key=lambda step: step.level))


def _offset(table: Table, row: Row) -> int | None:
    """Seconds around due, or None where there is no offset (or a flaw was told)."""
    amount: Decimal | None = row.get("offset")
    if amount is None:
        if row.has("unit") and not row.has("offset"):
            table.blame(row, "unit", "une unité sans décalage.")
        return None
    unit: Any = row.get("unit")
    if unit is None or unit == Unit.DAY:
        if not unit or unit == Unit.DAY:
            row.wrong.add("unit")
            table.blame(row, "unit", "un décalage se dit en secondes, minutes ou heures.")
        return None
    seconds = amount * SECONDS[Unit(unit)]
    if seconds != int(seconds) or abs(seconds) > _YEAR:
        row.wrong.add("offset")
        table.blame(row, "offset", "un nombre entier de secondes, un an au plus, est attendu.")
        return None
    return int(seconds)
