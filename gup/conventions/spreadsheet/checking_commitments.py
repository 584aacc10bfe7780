"""The sheet Engagements: each kind complete, no two delays equally specific, each calendar known and used."""

from decimal import Decimal
from typing import Any

from gup.conventions.enums import BasisChoice, CommitmentKind
from gup.conventions.governing import CLOCKED_KINDS
from gup.conventions.spreadsheet.cells import SECONDS
from gup.conventions.spreadsheet.content import CommitmentContent
from gup.conventions.spreadsheet.layout import REQUIRED_BY_KIND, Unit
from gup.conventions.spreadsheet.reading import Row, Table
from gup.places.enums import SpotKind
from gup.places.kinds import spot_kind_of
from gup.service_levels.scores import Scale, ScoreError

_IN_DAYS = (BasisChoice.WORKING_DAYS, BasisChoice.CALENDAR_DAYS)
MAX_DAYS = 3_660
_DERIVED = ("unit", "target", "threshold_percent", "min_rate", "responsible", "reopening_window_days")


def read_commitments(table: Table, weeks: Table, calendars: set[str], signatory: str) -> tuple[CommitmentContent, ...]:
    """Every commitment; flaws are told to the table. `signatory` answers where no responsible is written."""
    found, met = [], dict[tuple[str, ...], int]()
    for row in table.rows:
        _require_by_kind(table, row)
        calendar = row.get("calendar")
        if calendar and calendar not in calendars:
            table.blame(row, "calendar", f"le calendrier « {calendar} » n'a aucune plage d'ouverture dans Calendriers.")
        target = _target(table, row)
        if row.wrong:
            continue
        commitment = _commitment(row, target, signatory)
        found.append(commitment)
        if commitment.kind in CLOCKED_KINDS:
            former = met.setdefault(commitment.coverage, row.number)
            if former != row.number:
                reason = (
                    f"un engagement aussi précis est déjà à la ligne {former} "
                    "(même responsable, étape, priorité, catégorie et résidence)."
                )
                table.blame(row, "stage", reason)
    if table.columns and not table.rows:
        table.blame(None, "", "donnez au moins un engagement.")
    _refuse_idle_calendars(table, weeks)
    return tuple(found)


def _refuse_idle_calendars(table: Table, weeks: Table) -> None:
    """A calendar that nothing counts in would be lost: the version could not give it back."""
    used = {row.get("calendar") for row in table.rows}
    told: set[str] = set()
    if any("calendar" in row.wrong for row in table.rows):
        return
    for row in weeks.rows:
        code = row.get("code")
        if code and code not in used | told:
            told.add(code)
            weeks.blame(row, "code", "aucun engagement ne compte dans ce calendrier.")


def _require_by_kind(table: Table, row: Row) -> None:
    kind = row.get("kind")
    for key in REQUIRED_BY_KIND.get(kind, ()):
        if not row.has(key):
            row.wrong.add(key)
            table.blame(row, key, f"obligatoire pour la nature « {CommitmentKind(kind).label} ».")
    if kind == CommitmentKind.AVAILABILITY:
        _require_known_equipment(table, row)
    if kind == CommitmentKind.QUALITY_LEVEL:
        _require_readable_score(table, row)
    if (rate := row.get("threshold_percent")) is not None and rate != int(rate):
        table.blame(row, "threshold_percent", "un nombre entier est attendu.")


def _require_known_equipment(table: Table, row: Row) -> None:
    if row.get("min_rate") == 0:
        table.blame(row, "min_rate", "un taux plus grand que zéro est attendu.")
    if row.get("equipment") and spot_kind_of(row.get("equipment")) is None:
        known = ", ".join(SpotKind.labels)
        table.blame(row, "equipment", f"« {row.get('equipment')} » n'est relié à aucun lieu. Lieux connus : {known}.")


def _require_readable_score(table: Table, row: Row) -> None:
    """A target that is not of its scale could never be compared with a walk's score."""
    if not (row.get("scale") and row.get("threshold_score")):
        return  # told already
    at_fault = "scale"
    try:
        scale = Scale.read(row.get("scale"))
        at_fault = "threshold_score"
        scale.value(row.get("threshold_score"))
    except ScoreError as refusal:
        table.blame(row, at_fault, str(refusal))


def _target(table: Table, row: Row) -> int | None:
    """Seconds, or days for a basis in days; None where there is none (or a flaw was told)."""
    amount: Decimal | None = row.get("target")
    if amount is None:
        if row.has("unit") and not row.has("target"):
            table.blame(row, "unit", "une unité sans délai.")
        return None
    basis, unit = row.get("basis"), row.get("unit")
    if "unit" in row.wrong or "basis" in row.wrong:
        return None
    if unit is None:
        _wrong(table, row, "unit", "donnez l'unité du délai.")
        return None
    if basis and (unit == Unit.DAY) != (basis in _IN_DAYS):
        asked = "jours" if basis in _IN_DAYS else "heures, minutes ou secondes"
        _wrong(table, row, "unit", f"le décompte « {BasisChoice(basis).label} » se dit en {asked}.")
        return None
    counted = amount if unit == Unit.DAY else amount * SECONDS[Unit(unit)]
    if counted != int(counted):
        _wrong(table, row, "target", "un nombre entier de jours, ou de secondes, est attendu.")
        return None
    if counted > (MAX_DAYS if unit == Unit.DAY else MAX_DAYS * 86_400):
        _wrong(table, row, "target", "un délai de dix ans au plus est attendu.")
        return None
    return int(counted)


def _wrong(table: Table, row: Row, key: str, reason: str) -> None:
    row.wrong.add(key)
    table.blame(row, key, reason)


def _commitment(row: Row, target: int | None, signatory: str) -> CommitmentContent:
    fields: dict[str, Any] = {key: value for key, value in row.values.items() if key not in _DERIVED}
    rate = row.get("min_rate")
    return CommitmentContent(
        responsible=row.get("responsible") or signatory,
        threshold_percent=int(row.get("threshold_percent") or 90),
        reopening_window_days=15 if row.get("reopening_window_days") is None else row.get("reopening_window_days"),
        target=target,
        min_rate=None if rate is None else Decimal(rate).quantize(Decimal("0.01")),
        **fields,
    )
