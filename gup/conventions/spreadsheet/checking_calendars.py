"""The sheets Calendriers and Fermetures, read together."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

from gup.conventions.spreadsheet.content import CalendarContent, ClosureContent
from gup.conventions.spreadsheet.reading import Row, Table
from gup.service_levels.calendars import CalendarError, WorkingCalendar

Opened = list[tuple[str, str, Row]]


def read_calendars(weeks: Table, closures: Table, timezone: str) -> dict[str, CalendarContent]:
    """The calendars by code; flaws are told to both tables. `timezone` is the convention's, for those that say none."""
    rows_of: dict[str, list[Row]] = defaultdict(list)
    for row in weeks.rows:
        if code := row.get("code"):
            rows_of[code].append(row)
    days_of = _closures(closures, set(rows_of))
    return {
        code: CalendarContent(
            _said_once(weeks, rows, "name") or code,
            _timezone(weeks, rows) or timezone,
            _week(weeks, rows),
            days_of.get(code, {}),
        )
        for code, rows in rows_of.items()
    }


def _said_once(table: Table, rows: list[Row], key: str) -> str:
    """What the rows of one calendar say of it as a whole: they may repeat it, not contradict it."""
    said = [row for row in rows if row.get(key)]
    for row in said[1:]:
        if row.get(key) != said[0].get(key):
            table.blame(row, key, f"autre chose est écrit à la ligne {said[0].number}.")
    if not said and key == "name" and not any(key in row.wrong for row in rows):
        table.blame(rows[0], key, "donnez un nom à ce calendrier.")
    return str(said[0].get(key)) if said else ""


def _timezone(table: Table, rows: list[Row]) -> str:
    name = _said_once(table, rows, "timezone")
    if name:
        try:
            WorkingCalendar(name, {0: [("00:00", "24:00")]})
        except CalendarError:
            row = next(row for row in rows if row.get("timezone"))
            table.blame(row, "timezone", f"« {name} » n'est pas un fuseau horaire.")
    return name


def _week(table: Table, rows: list[Row]) -> dict[int, tuple[tuple[str, str], ...]]:
    opened: dict[int, Opened] = defaultdict(list)
    for row in rows:
        if not {"day", "opens", "closes"} & row.wrong:
            opened[int(row.get("day"))].append((row.get("opens"), row.get("closes"), row))
    return {day: _windows(table, opened[day]) for day in sorted(opened)}


def _windows(table: Table, opened: Opened) -> tuple[tuple[str, str], ...]:
    ordered = sorted(opened, key=lambda each: each[:2])
    for opens, closes, row in ordered:
        if closes <= opens:
            table.blame(row, "closes", f"ferme à {closes} après avoir ouvert à {opens} : la plage est vide.")
    for (_, closes, former), (opens, _, row) in pairwise(ordered):
        if opens < closes:
            table.blame(row, "opens", f"cette plage chevauche celle de la ligne {former.number}.")
    return tuple((opens, closes) for opens, closes, _ in ordered)


def _closures(table: Table, known: set[str]) -> dict[str, dict[date, ClosureContent]]:
    rows_of: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for row in table.rows:
        code, day = row.get("code"), row.get("day")
        if code and code not in known:
            table.blame(row, "code", f"le calendrier « {code} » n'a aucune plage d'ouverture dans Calendriers.")
        elif code and day:
            rows_of[code, day].append(row)
    found: dict[str, dict[date, ClosureContent]] = defaultdict(dict)
    for (code, day), rows in sorted(rows_of.items()):
        found[code][day] = _closure(table, rows)
    return found


def _closure(table: Table, rows: list[Row]) -> ClosureContent:
    opened: Opened = []
    for row in rows:
        if row.has("opens") != row.has("closes"):
            table.blame(
                row, "opens" if row.has("closes") else "closes", "donnez l'ouverture et la fermeture, ou aucune."
            )
        elif row.has("opens") and not {"opens", "closes"} & row.wrong:
            opened.append((row.get("opens"), row.get("closes"), row))
        elif not row.has("opens") and len(rows) > 1:
            other = next(each for each in rows if each is not row)
            table.blame(row, "day", f"ce jour est déjà à la ligne {other.number}.")
    label = _said_once(table, rows, "label")
    return ClosureContent(label, _windows(table, opened))
