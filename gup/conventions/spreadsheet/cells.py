"""One cell: what it may hold, and the sentence when it holds something else."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from gup.conventions.spreadsheet.layout import Column, Kind, Unit
from gup.conventions.spreadsheet.names import Catalogue, folded

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2399, 12, 30)
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
# What a spreadsheet takes for a formula; full-width twins normalise to these.
_FORMULA_STARTS = ("=", "+", "-", "@")
# What no workbook can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class CellError(ValueError):
    """A cell that cannot be read; its text is the reason, in French."""


def sheltered(text: str) -> str:
    """The text as a cell that no spreadsheet runs: behind an apostrophe where it begins like a formula."""
    text = _CONTROL.sub("", text)
    return f"'{text}" if _runs(text) else text


def unsheltered(text: str) -> str:
    """What `sheltered` was given."""
    return text[1:] if text.startswith("'") and _runs(text) else text


def _runs(text: str) -> bool:
    """Whether it begins like a formula behind what counts for nothing: apostrophes, spaces, invisible characters."""
    seen = unicodedata.normalize("NFKC", text.lstrip("'"))
    return next((each for each in seen if unicodedata.category(each)[0] not in "CZ"), "") in _FORMULA_STARTS


def tidy(text: str) -> str:
    """A text as it is compared and stored: one kind of line end, nothing around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read(value: Any, number_format: str, column: Column, catalogue: Catalogue) -> Any:
    """The value of a filled cell; `unsheltered` texts, slugs for names, enumeration values for labels.

    Raises CellError.
    """
    if isinstance(value, str):
        value = tidy(unsheltered(value))
    if column.kind is Kind.PERCENT and "%" in number_format and _is_number(value):
        # Excel keeps 98,5 % as 0.985.
        value = Decimal(str(value)) * 100
    if column.kind is Kind.NAME:
        return _named(value, column, catalogue)
    return _READERS[column.kind](value, column)


def _named(value: Any, column: Column, catalogue: Catalogue) -> str:
    assert column.named is not None
    text = _text(value, column)
    slug = catalogue[column.named].find(text)
    if slug is None:
        raise CellError(f"« {_cut(text)} » : {column.named.value} qui n'existe pas (ou que plusieurs portent).")
    return slug


def _text(value: Any, column: Column) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CellError("un texte est attendu.")
    text = value if isinstance(value, str) else f"{value:.15g}"
    if len(text) > column.longest:
        raise CellError(f"{len(text)} caractères, pour {column.longest} au plus.")
    return text


def _code(value: Any, column: Column) -> str:
    text = _text(value, column)
    if not _SLUG.fullmatch(text):
        raise CellError("un code s'écrit avec des lettres sans accent, des chiffres et des tirets, 50 au plus.")
    return text


def _number(value: Any, column: Column) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise CellError("un nombre entier est attendu.")
    return int(_bounded(number, column))


def _amount(value: Any, column: Column) -> Decimal:
    number = _decimal(value)
    if column.lowest == 1 and number <= 0:
        raise CellError("un délai est plus grand que zéro.")
    if abs(number) > 400_000_000:
        raise CellError("ce nombre est trop grand.")
    return number


def _percent(value: Any, column: Column) -> Decimal:
    number = _decimal(value)
    if number != round(number, 2):
        raise CellError("deux chiffres après la virgule au plus.")
    return _bounded(number, column)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, str):
        raise CellError("un nombre est attendu, et cette cellule contient du texte.")
    if not _is_number(value):
        raise CellError("un nombre est attendu.")
    try:
        number = Decimal(str(value))
    except InvalidOperation as unreadable:
        raise CellError("un nombre est attendu.") from unreadable
    if not number.is_finite() or abs(number) > 10**15:
        raise CellError("ce nombre est trop grand.")
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _bounded(number: Decimal, column: Column) -> Decimal:
    if not column.lowest <= number <= column.highest:
        raise CellError(f"entre {column.lowest} et {column.highest}.")
    return number


def _date(value: Any, column: Column) -> date:
    if isinstance(value, str):
        raise CellError(f"« {_cut(value)} » est du texte : donnez à la cellule le format Date.")
    if isinstance(value, datetime):
        if value.time() != time.min:
            raise CellError("une date sans heure est attendue.")
        value = value.date()
    if not isinstance(value, date):
        raise CellError("une date est attendue : donnez à la cellule le format Date.")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise CellError(f"une date entre {FIRST_DAY.year} et {LAST_DAY.year} est attendue.")
    return value


def _hour(value: Any, column: Column) -> str:
    if isinstance(value, timedelta) and not value.seconds % 60 and not value.microseconds:
        minutes = value.days * 1440 + value.seconds // 60
        value = f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= minutes <= 1440 else ""
    if isinstance(value, time) and not value.second and not value.microsecond:
        value = f"{value:%H:%M}"
    if not isinstance(value, str) or not _HOUR.fullmatch(value):
        raise CellError("une heure comme 07:30 est attendue (24:00 pour minuit en fin de journée).")
    return value.zfill(5)


def _yes_no(value: Any, column: Column) -> bool:
    words = {"oui": True, "non": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.casefold() not in words:
        raise CellError("oui ou non est attendu.")
    return words[value.casefold()]


def _choice(value: Any, column: Column) -> str:
    assert column.choices is not None
    if not isinstance(value, str):
        raise CellError(f"l'un de : {', '.join(column.choices.labels)}.")
    return _chosen(value, column.choices)


def _choices(value: Any, column: Column) -> tuple[str, ...]:
    assert column.choices is not None
    if not isinstance(value, str):
        raise CellError(f"des motifs séparés par des points-virgules : {', '.join(column.choices.labels)}.")
    parts = filter(None, (part.strip() for part in value.split(";")))
    return tuple(sorted({_chosen(part, column.choices) for part in parts}))


def _chosen(text: str, choices: type[models.TextChoices]) -> str:
    for choice in choices:
        if folded(text) in (folded(str(choice.label)), folded(choice.value)):
            return str(choice.value)
    raise CellError(f"« {_cut(text)} » n'est pas dans la liste : {', '.join(choices.labels)}.")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


_READERS: dict[Kind, Callable[[Any, Column], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _amount,
    Kind.PERCENT: _percent,
    Kind.DATE: _date,
    Kind.HOUR: _hour,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
}

# How many seconds each unit of time is; days are counted, not converted.
SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}
