"""Residences and spots as one file: deposited, shown for what it changes, then written; exported back the same."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.places_file.content import stored_places
from gup.conventions.places_file.exporting import csv_bytes, xlsx_bytes
from gup.conventions.places_file.importing import dry_run, write_places
from gup.conventions.spreadsheet.flaws import Outdated, WrongFile
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.opening import MAX_BYTES
from gup.desk.agreed_files import NeverShown, sealed, unsealed
from gup.desk.people import the_administrator
from gup.partners.models import User

_SEAL = "places-import"
_SHOWN_FLAWS = 500
_FORMATS = {
    "csv": (csv_bytes, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text=f"Un CSV en UTF-8 ou un classeur .xlsx, {MAX_BYTES // 1000} ko au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> bytes:
        """The bytes; a heavy file is cut just past the limit, so that it is refused by its size."""
        file: UploadedFile = self.cleaned_data["file"]
        data: bytes = file.read(MAX_BYTES + 1)
        return data


@login_required
def places_import(request: HttpRequest) -> HttpResponse:
    user = the_administrator(request)
    if request.method != "POST":
        return _page(request, {"form": FileForm()})
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=400)
    return _show(request, user, form.cleaned_data["file"])


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    user = the_administrator(request)
    try:
        data, state = unsealed(request.POST.get("agreed", ""), user, _SEAL)
    except NeverShown as never:
        messages.error(request, str(never))
        return _page(request, {"form": FileForm()}, status=400)
    try:
        run = write_places(data, state=state, by=user, at=timezone.now())
    except Outdated as outdated:
        messages.error(request, str(outdated))
        return _show(request, user, data, status=409)
    except WrongFile as wrong:
        return _flawed(request, wrong)
    messages.success(request, f"Enregistré : {len(run.residences)} résidences et {len(run.spots)} lieux ont changé.")
    return redirect("places")


@login_required
def export(request: HttpRequest, kind: str) -> HttpResponse:
    the_administrator(request)
    if kind not in _FORMATS:
        raise Http404
    written, content_type = _FORMATS[kind]
    answer = HttpResponse(written(stored_places(), read_catalogue()), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="residences.{kind}"'
    return answer


def _show(request: HttpRequest, user: User, data: bytes, *, status: int = 200) -> HttpResponse:
    try:
        run = dry_run(data)
    except WrongFile as wrong:
        return _flawed(request, wrong)
    agreed = sealed(data, run.state, user, _SEAL)
    return _page(request, {"form": FileForm(), "run": run, "was_read": True, "agreed": agreed}, status=status)


def _flawed(request: HttpRequest, wrong: WrongFile) -> HttpResponse:
    context = {"form": FileForm(), "flaws": wrong.flaws[:_SHOWN_FLAWS], "flaw_count": len(wrong.flaws)}
    return _page(request, context, status=400)


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, "desk/places_import.html", context, status=status)
