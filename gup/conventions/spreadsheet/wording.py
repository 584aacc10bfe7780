"""Stored values in French, as the file and the differences say them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gup.conventions.enums import BasisChoice
from gup.conventions.models import ConventionVersion
from gup.conventions.spreadsheet.content import CommitmentContent, Windows
from gup.conventions.spreadsheet.layout import COMMITMENTS, STEPS, Column, Kind, SheetLayout, Unit
from gup.conventions.spreadsheet.names import Catalogue

NOTHING = "rien"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_IN_DAYS = (BasisChoice.WORKING_DAYS, BasisChoice.CALENDAR_DAYS)


def in_units(target: int, basis: str) -> tuple[int, Unit]:
    """A stored target in the largest unit that says it whole: 14400 seconds are 4 hours."""
    if basis in _IN_DAYS:
        return target, Unit.DAY
    if target % 3600 == 0:
        return target // 3600, Unit.HOUR
    if target % 60 == 0:
        return target // 60, Unit.MINUTE
    return target, Unit.SECOND


def delay(target: int, basis: str) -> str:
    """Like "4 h ouvrées", "24 h", "5 jours ouvrés"."""
    amount, unit = in_units(target, basis)
    plural = "s" if amount > 1 else ""
    if unit == Unit.DAY:
        return f"{amount} jour{plural}" + (f" ouvré{plural}" if basis == BasisChoice.WORKING_DAYS else "")
    word = {Unit.HOUR: "h", Unit.MINUTE: "min", Unit.SECOND: "s"}[unit]
    return f"{amount}\u00a0{word}" + (f" ouvrée{plural}" if basis == BasisChoice.WORKING_TIME else "")


def of(version: ConventionVersion) -> str:
    """Like "de la version signée", "de l'avenant n° 2"."""
    return f"de la {version.label}" if version.number == 0 else f"de l'{version.label}"


def the(version: ConventionVersion) -> str:
    """Like "la version signée", "l'avenant n° 2"."""
    return of(version).removeprefix("de ")


def hours(windows: Windows) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in windows) or "fermé"


def day(when: date | None) -> str:
    return f"{when:%d/%m/%Y}" if when else "sans terme"


def percent(rate: Decimal) -> str:
    return f"{rate:f}".rstrip("0").rstrip(".").replace(".", ",") + "\u202f%"


def shown(column: Column, value: Any, catalogue: Catalogue) -> str:
    """A field's value in words; `rien` when it is empty."""
    if value in (None, "", ()):
        return NOTHING
    if column.kind is Kind.NAME and column.named is not None:
        return catalogue[column.named].shown(value)
    if column.kind is Kind.CHOICE and column.choices is not None:
        return str(column.choices(value).label)
    if column.kind is Kind.CHOICES and column.choices is not None:
        return ", ".join(str(column.choices(each).label) for each in value)
    if column.kind is Kind.DATE:
        return day(value)
    return percent(value) if isinstance(value, Decimal) else str(value)


def commitment_words(commitment: CommitmentContent, catalogue: Catalogue) -> dict[str, str]:
    """Each field of a commitment in words, by the heading of its column."""
    words = _words(COMMITMENTS, commitment, catalogue, leaving_out={"unit", "target"})
    target = commitment.target
    return words | {"Délai": NOTHING if target is None else delay(target, commitment.basis)}


def step_words(step: Any, catalogue: Catalogue) -> dict[str, str]:
    words = _words(STEPS, step, catalogue, leaving_out={"unit", "offset"})
    seconds = step.offset_seconds
    return words | {"Décalage": NOTHING if seconds is None else delay(seconds, BasisChoice.WORKING_TIME)}


def _words(sheet: SheetLayout, row: Any, catalogue: Catalogue, *, leaving_out: set[str]) -> dict[str, str]:
    columns = [column for column in sheet.columns if column.key not in leaving_out]
    return {column.heading: shown(column, getattr(row, column.key), catalogue) for column in columns}


def altered(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What differs, as (heading, old, new)."""
    return [(heading, old, after[heading]) for heading, old in before.items() if old != after[heading]]
