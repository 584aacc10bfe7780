"""Pages by key, never by offset: the last page of a million rows costs what the first does, and nothing is counted.

A cursor is what the last row shown is sorted by, sealed so that nobody writes one by hand by accident.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

MAX_KEY = 2**63 - 1


class ForeignCursor(ValueError):
    """This cursor does not come from this list; the text says so in French."""

    def __init__(self) -> None:
        super().__init__("Ce curseur ne vient pas de cette liste.")


class Order(models.TextChoices):
    """What lists of incidents may be sorted by."""

    DUE = "due", "Échéance la plus proche"
    REPORTED = "reported", "Signalement le plus récent"
    RESIDENCE = "residence", "Résidence"


# The columns of each order; the key last, so that no two rows are equal.
SORTED: dict[Order, tuple[Any, ...]] = {
    Order.DUE: (F("due_at").asc(nulls_last=True), "pk"),
    Order.REPORTED: ("-reported_at", "-pk"),
    Order.RESIDENCE: ("residence__name", "residence_id", "pk"),
}


def page_of(queryset: QuerySet[Any], order: Order, cursor: str, limit: int) -> list[Any]:
    """At most `limit` rows that come after the cursor (the first ones when it is empty). Raises ForeignCursor."""
    if order == Order.DUE:
        return rows_by_due(queryset, cursor, limit)
    if cursor:
        read = _after_reported if order == Order.REPORTED else _after_residence
        queryset = queryset.filter(read(cursor))
    return list(queryset.order_by(*SORTED[order])[:limit])


def cursor_of(row: Any, order: Order) -> str:
    """The cursor of a row: a page that goes on from it begins just after."""
    if order == Order.DUE:
        return cursor_by_due(row)
    if order == Order.REPORTED:
        return sealed(f"{row.reported_at.isoformat()}|{row.pk}")
    return sealed(f"{row.pk}|{row.residence_id}|{row.residence.name}")


def rows_by_due(queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
    """Most pressing first; what has no due comes last.

    Rows with a due and rows without one are two reads, each along its index; the second only when the first is short.
    """
    due, last = _instant_and_key(cursor) if cursor else (None, 0)
    rows: list[Any] = []
    if not cursor or due is not None:
        dated = queryset.filter(due_at__isnull=False)
        if due is not None:
            # The first condition bounds the read of the index, the second splits equal dues.
            dated = dated.filter(Q(due_at__gte=due), Q(due_at__gt=due) | Q(pk__gt=last))
        rows, last = list(dated.order_by("due_at", "pk")[:limit]), 0
    if len(rows) < limit:
        undated = queryset.filter(due_at__isnull=True, pk__gt=last)
        rows += undated.order_by("pk")[: limit - len(rows)]
    return rows


def cursor_by_due(row: Any) -> str:
    due = value_of(row, "due_at")
    return sealed(f"{due.isoformat() if due else ''}|{value_of(row, 'id')}")


def value_of(row: Any, name: str) -> Any:
    """Of a model, or of a dict that a query gave."""
    return row[name] if isinstance(row, dict) else getattr(row, name)


def sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """Raises ForeignCursor."""
    try:
        return base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error) as foreign:
        raise ForeignCursor from foreign


def key_of(text: str) -> int:
    """Raises ForeignCursor."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= MAX_KEY):
        raise ForeignCursor
    return int(text)


def _instant_and_key(cursor: str) -> tuple[datetime | None, int]:
    text, _, key = opened(cursor).partition("|")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError as foreign:
        raise ForeignCursor from foreign
    if at is not None and at.tzinfo is None:
        raise ForeignCursor
    return at, key_of(key)


def _after_reported(cursor: str) -> Q:
    at, last = _instant_and_key(cursor)
    if at is None:
        raise ForeignCursor
    return Q(reported_at__lte=at) & (Q(reported_at__lt=at) | Q(pk__lt=last))


def _after_residence(cursor: str) -> Q:
    key, _, rest = opened(cursor).partition("|")
    residence, separator, name = rest.partition("|")
    # A name is what a page shows: no control character is in one, and a database refuses some.
    if not separator or not name.isprintable():
        raise ForeignCursor
    same = Q(residence__name=name)
    later = same & (Q(residence__gt=key_of(residence)) | Q(residence=key_of(residence), pk__gt=key_of(key)))
    return Q(residence__name__gt=name) | later
