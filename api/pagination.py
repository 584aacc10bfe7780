"""Pages by key, never by offset: the last page of a million rows costs what the first does, and nothing is counted."""

import base64
import binascii
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_KEY = 2**63 - 1

PARAMETERS = {
    "cursor": ("La suite de la liste, telle que « next » la donne.", {"type": "string"}),
    "page_size": (
        "Lignes par page.",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
    ),
}


class ById(BasePagination):
    """Oldest first. Rows are models, or dicts with their `id`; `next` is the address of the next page, or null."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """One page of a queryset. Raises ValidationError for a size or a cursor that cannot be."""
        size = _page_size(request)
        rows = self.rows(queryset, request.query_params.get("cursor", ""), size + 1)
        self.next: str | None = None
        if len(rows) > size:
            rows = rows[:size]
            self.next = replace_query_param(request.build_absolute_uri(), "cursor", self.cursor(rows[-1]))
        return rows

    def rows(self, queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
        """At most `limit` rows that come after the cursor."""
        if cursor:
            queryset = queryset.filter(pk__gt=_key(_opened(cursor)))
        return list(queryset.order_by("pk")[:limit])

    def cursor(self, row: Any) -> str:
        return _sealed(str(_value(row, "id")))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": "string", "nullable": True, "format": "uri"}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": following, "results": schema}}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {"name": name, "required": False, "in": "query", "description": words, "schema": schema}
            for name, (words, schema) in PARAMETERS.items()
        ]


class NewestFirst(ById):
    def rows(self, queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
        if cursor:
            queryset = queryset.filter(pk__lt=_key(_opened(cursor)))
        return list(queryset.order_by("-pk")[:limit])


class ByDue(ById):
    """Most pressing first; what has no due comes last. The cursor is the last row's due and key.

    Rows with a due and rows without one are two reads, each along its index; the second only when the first is short.
    """

    def rows(self, queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
        due, last = _due_and_key(cursor) if cursor else (None, 0)
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

    def cursor(self, row: Any) -> str:
        due = _value(row, "due_at")
        return _sealed(f"{due.isoformat() if due else ''}|{_value(row, 'id')}")


def _page_size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (asked.isdecimal() and len(asked) <= 3 and 1 <= int(asked) <= MAX_PAGE_SIZE):
        raise ValidationError({"page_size": f"Un nombre de lignes de 1 à {MAX_PAGE_SIZE}."})
    return int(asked)


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error) as foreign:
        raise _foreign_cursor() from foreign


def _due_and_key(cursor: str) -> tuple[datetime | None, int]:
    due_text, _, key = _opened(cursor).partition("|")
    try:
        due = datetime.fromisoformat(due_text) if due_text else None
    except ValueError as foreign:
        raise _foreign_cursor() from foreign
    if due is not None and due.tzinfo is None:
        raise _foreign_cursor()
    return due, _key(key)


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= MAX_KEY):
        raise _foreign_cursor()
    return int(text)


def _foreign_cursor() -> ValidationError:
    return ValidationError({"cursor": "Ce curseur ne vient pas de cette liste."})
