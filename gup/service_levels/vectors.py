"""Test vectors of business time: recompute each, say which differ."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.intervals import Interval, union
from gup.service_levels.measuring import due_with_pauses, elapsed_with_pauses

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What reading JSON of any shape may raise.
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, OverflowError)


def differences(document: Mapping[str, Any]) -> list[str]:
    """One French line for each vector that differs or cannot be read; empty when all agree.

    A calendar that cannot be read is a line too, and so is each vector that counts in it. Raises ValueError when the
    document is not a file of vectors, or holds none.
    """
    described, vectors = document.get("calendars"), document.get("vectors")
    if not isinstance(described, dict) or not isinstance(vectors, list):
        raise ValueError("Ce fichier n'a pas la forme d'un fichier de vecteurs : « calendars » et « vectors ».")
    if not vectors:
        raise ValueError("Ce fichier ne contient aucun vecteur.")
    lines = []
    calendars: dict[str, WorkingCalendar] = {}
    for name, hours in described.items():
        try:
            calendars[name] = _calendar(hours)
        except _UNREADABLE as unreadable:
            lines.append(f"calendrier {name} : illisible ({_why(unreadable)})")
    for number, vector in enumerate(vectors, start=1):
        name = _name(vector) or f"n° {number}"
        try:
            if _name(vector) is None:
                raise ValueError("« id » manque ou n'est pas un texte")
            expected, found = _answer(vector, calendars)
        except _UNREADABLE as unreadable:
            lines.append(f"{name} : vecteur illisible ({_why(unreadable)})")
            continue
        if expected != found:
            lines.append(f"{name} : attendu {expected}, calculé {found}")
    return lines


def _answer(vector: Mapping[str, Any], calendars: Mapping[str, WorkingCalendar]) -> tuple[str, str]:
    """What the vector expects, and what the arithmetic finds."""
    kind = vector["kind"]
    if kind not in ("due", "elapsed"):
        raise ValueError(f"nature inconnue : {kind}")
    if vector["calendar"] not in calendars:
        raise ValueError(f"calendrier inconnu ou illisible : {vector['calendar']}")
    calendar = calendars[vector["calendar"]]
    start = _instant(vector["start"])
    pauses = union(_pause(pause) for pause in vector["pauses"])
    if kind == "due":
        due = due_with_pauses(calendar, start, _count(vector["working_minutes"]) * 60, pauses)
        return _text(_instant(vector["due"])), _text(due)
    end = _instant(vector["end"])
    if end < start:
        raise ValueError("la fin précède le début")
    found = elapsed_with_pauses(calendar, start, end, pauses)
    return f"{_count(vector['elapsed_seconds'])} s", f"{found} s"


def _calendar(described: Mapping[str, Any]) -> WorkingCalendar:
    weekly = {WEEKDAYS.index(day): [(a, b) for a, b in windows] for day, windows in described["weekly"].items()}
    closed: dict[date, list[tuple[str, str]]] = {date.fromisoformat(day): [] for day in described["holidays"]}
    return WorkingCalendar(described["tz"], weekly, closed)


def _pause(pause: Any) -> Interval:
    """A pause, written ["from", "to"]."""
    start, end = (_instant(text) for text in pause)
    if end < start:
        raise ValueError("une pause se termine avant son début")
    return start, end


def _instant(text: str) -> int:
    """Seconds UTC; an instant without its offset could be anywhere, and is refused."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"instant sans fuseau : {text}")
    return int(instant.timestamp())


def _count(number: Any) -> int:
    """A whole number from 0; neither a text nor a decimal that would be rounded before it is compared."""
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"nombre entier attendu : {number!r}")
    return number


def _name(vector: Any) -> str | None:
    name = vector.get("id") if isinstance(vector, dict) else None
    return name if isinstance(name, str) and name else None


def _why(unreadable: Exception) -> str:
    return f"{unreadable.args[0]!r} manque" if isinstance(unreadable, KeyError) else str(unreadable)


def _text(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
