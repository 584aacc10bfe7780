"""The open data of the published reports: stable addresses, no account, nothing personal."""

from collections.abc import Callable
from datetime import datetime

import orjson
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from gup.reports.cells import csv_file
from gup.reports.enums import ReportStatus
from gup.reports.models import Report
from gup.reports.open_data import DICTIONARY, as_object, as_row, dictionary, open_lines

CSV = "text/csv; charset=utf-8"


def _csv() -> tuple[bytes, str]:
    return csv_file([list(DICTIONARY), *(as_row(line) for line in open_lines())]), CSV


def _json() -> tuple[bytes, str]:
    return orjson.dumps([as_object(line) for line in open_lines()]), "application/json"


def _dictionary() -> tuple[bytes, str]:
    return csv_file([("colonne", "sens"), *dictionary()]), CSV


FILES: dict[str, Callable[[], tuple[bytes, str]]] = {
    "gup-lamentin.csv": _csv,
    "gup-lamentin.json": _json,
    "dictionnaire.csv": _dictionary,
}


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    context = {"updated_at": _updated_at(request), "dictionary": dictionary()}
    return render(request, "desk/open_data.html", context)


def _updated_at(request: HttpRequest, name: str = "") -> datetime | None:
    """When the last report was published: the files change then, and at no other time."""
    published = Report.objects.filter(status=ReportStatus.PUBLISHED)
    last: datetime | None = published.aggregate(last=Max("published_at"))["last"]
    return last


@require_safe
@condition(last_modified_func=_updated_at)
def open_file(request: HttpRequest, name: str) -> HttpResponse:
    if name not in FILES:
        raise Http404
    data, content_type = FILES[name]()
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Other sites may read it: it is meant for them.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response
