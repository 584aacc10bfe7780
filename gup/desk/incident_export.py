"""The list as a file: exactly what is filtered, in its order, nothing that the person may not read."""

import tempfile
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from gup.desk.incident_filter import Listed, listed
from gup.desk.incident_list import incidents
from gup.desk.people import the_user
from gup.incidents.keyset import SORTED
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.audit import note_confidential_reads
from gup.reports.incident_table import csv_table, write_xlsx_table

# Past this a workbook is written on the disk, and not in memory.
IN_MEMORY = 2 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def incidents_csv(request: HttpRequest) -> HttpResponseBase:
    asked = listed(the_user(request), request.GET, timezone.now())
    if not asked.is_right:
        return incidents(request)
    answer = StreamingHttpResponse(csv_table(_read(request, asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_name(asked.now)}.csv"'
    return answer


@login_required
def incidents_xlsx(request: HttpRequest) -> HttpResponseBase:
    asked = listed(the_user(request), request.GET, timezone.now())
    if not asked.is_right:
        return incidents(request)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    write_xlsx_table(_read(request, asked), file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_name(asked.now)}.xlsx", content_type=XLSX)


def _read(request: HttpRequest, asked: Listed) -> IncidentQuerySet:
    """The incidents in their order, each confidential one among them written in the audit trail first."""
    found = asked.found.order_by(*SORTED[asked.asked.order])
    confidential = found.filter(is_confidential=True).values_list("ref", flat=True)
    address = request.META.get("REMOTE_ADDR", "")
    note_confidential_reads(asked.user, confidential, at=asked.now, address=address)
    return found


def _name(now: datetime) -> str:
    return f"incidents-{timezone.localtime(now):%Y-%m-%d-%Hh%M}"
