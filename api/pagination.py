"""Pages by key, never by offset, as the API tells them: the arithmetic is the domain's (gup.incidents.keyset)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from gup.incidents.keyset import ForeignCursor, cursor_by_due, key_of, opened, rows_by_due, sealed, value_of

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200

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
        try:
            rows = self.rows(queryset, request.query_params.get("cursor", ""), size + 1)
        except ForeignCursor as foreign:
            raise ValidationError({"cursor": str(foreign)}) from foreign
        self.next: str | None = None
        if len(rows) > size:
            rows = rows[:size]
            self.next = replace_query_param(request.build_absolute_uri(), "cursor", self.cursor(rows[-1]))
        return rows

    def rows(self, queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
        """At most `limit` rows that come after the cursor."""
        if cursor:
            queryset = queryset.filter(pk__gt=key_of(opened(cursor)))
        return list(queryset.order_by("pk")[:limit])

    def cursor(self, row: Any) -> str:
        return sealed(str(value_of(row, "id")))

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
            queryset = queryset.filter(pk__lt=key_of(opened(cursor)))
        return list(queryset.order_by("-pk")[:limit])


class ByDue(ById):
    """Most pressing first; what has no due comes last. The cursor is the last row's due and key."""

    def rows(self, queryset: QuerySet[Any], cursor: str, limit: int) -> list[Any]:
        return rows_by_due(queryset, cursor, limit)

    def cursor(self, row: Any) -> str:
        return cursor_by_due(row)


def _page_size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (asked.isdecimal() and len(asked) <= 3 and 1 <= int(asked) <= MAX_PAGE_SIZE):
        raise ValidationError({"page_size": f"Un nombre de lignes de 1 à {MAX_PAGE_SIZE}."})
    return int(asked)
