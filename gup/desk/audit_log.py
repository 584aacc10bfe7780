"""The audit chain, read: who did what on what, when; whether the chain is whole; and the same lines as a file."""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from gup.conventions.spreadsheet.cells import sheltered
from gup.desk.people import the_administrator
from gup.partners.audit import broken_links, head
from gup.partners.models import AuditEntry

PER_PAGE = 50
MAX_KEY = 2**63 - 1
SHOWN_BREAKS = 50
HEADINGS = ("n°", "le", "qui", "quoi", "sur quoi", "depuis", "empreinte")


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class AuditFilter(forms.Form):
    q = forms.CharField(label="Rechercher", max_length=200, required=False, help_text="Une personne ou un objet.")
    action = forms.ChoiceField(label="Action", required=False)
    since = _day("Du")
    until = _day("Au")
    before = forms.IntegerField(required=False, min_value=1, max_value=MAX_KEY, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        actions = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [("", "Toutes"), *((each, each) for each in actions)]  # type: ignore[attr-defined]


@login_required
def audit_log(request: HttpRequest) -> HttpResponse:
    the_administrator(request)
    form = AuditFilter(request.GET)
    found = _filtered(form) if form.is_valid() else AuditEntry.objects.none()
    # One more than is shown tells whether there are older ones.
    lines = list(found[: PER_PAGE + 1])
    query = request.GET.copy()
    for key in ("before", "verifier"):
        query.pop(key, None)
    verified = "verifier" in request.GET
    broken = broken_links() if verified else []
    context = {
        "form": form,
        "lines": lines[:PER_PAGE],
        "older": lines[PER_PAGE - 1].pk if len(lines) > PER_PAGE else None,
        "is_first": not request.GET.get("before"),
        "query": query.urlencode(),
        "head": head(),
        "verified": verified,
        "broken": broken[:SHOWN_BREAKS],
        "broken_count": len(broken),
    }
    return render(request, "desk/audit_log.html", context, status=200 if form.is_valid() else 400)


@login_required
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """All the lines that the filter finds, oldest last, as they are read: nothing is held in memory."""
    the_administrator(request)
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return render(request, "desk/audit_log.html", {"form": form}, status=400)
    answer = StreamingHttpResponse(_csv(_filtered(form)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer


def _filtered(form: AuditFilter) -> QuerySet[AuditEntry]:
    asked, found = form.cleaned_data, AuditEntry.objects.order_by("-id")
    if text := asked["q"].strip():
        found = found.filter(actor__icontains=text) | found.filter(subject__icontains=text)
    if asked["action"]:
        found = found.filter(action=asked["action"])
    if asked["since"]:
        found = found.filter(at__gte=_start(asked["since"]))
    if asked["until"]:
        found = found.filter(at__lt=_start(asked["until"]) + timedelta(days=1))
    if asked["before"]:
        found = found.filter(pk__lt=asked["before"])
    return found


def _start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class _Line:
    """What csv writes to: it gives the line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _csv(found: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(HEADINGS)
    for each in found.iterator(chunk_size=2000):
        said = [sheltered(text) for text in (each.actor, each.action, each.subject, each.address)]
        yield writer.writerow([each.pk, timezone.localtime(each.at).isoformat(), *said, each.digest])
