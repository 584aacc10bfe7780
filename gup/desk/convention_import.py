"""A convention comes in as a spreadsheet: deposited, shown for what it changes, then recorded as a project."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.rights import require_author
from gup.conventions.spreadsheet.flaws import Outdated, WrongFile
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.opening import MAX_BYTES
from gup.conventions.spreadsheet.writing import write_project
from gup.desk.agreed_files import NeverShown, sealed, unsealed
from gup.desk.people import the_user
from gup.partners.models import User

# A page stays readable; the count says how many there are.
_SHOWN_FLAWS = 500
_SEAL = "convention-import"


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text=f"Un classeur .xlsx, {MAX_BYTES // 1000} ko au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> bytes:
        """The bytes; a heavy file is cut just past the limit, so that it is refused by its size."""
        file: UploadedFile = self.cleaned_data["file"]
        data: bytes = file.read(MAX_BYTES + 1)
        return data


@login_required
def convention_import(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    require_author(user)
    if request.method != "POST":
        return _page(request, {"form": FileForm()})
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=400)
    return _show(request, user, form.cleaned_data["file"])


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    require_author(user)
    try:
        data, state = unsealed(request.POST.get("agreed", ""), user, _SEAL)
    except NeverShown as never:
        messages.error(request, str(never))
        return _page(request, {"form": FileForm()}, status=400)
    try:
        version = write_project(data, state=state, by=user, at=timezone.now())
    except Outdated as outdated:
        messages.error(request, str(outdated))
        return _show(request, user, data, status=409)
    except WrongFile:
        return _show(request, user, data)
    messages.success(request, f"Projet enregistré : {version}. Il n'engage personne avant son activation.")
    return redirect("convention-version", slug=version.convention.slug, number=version.number)


def _show(request: HttpRequest, user: User, data: bytes, *, status: int = 200) -> HttpResponse:
    """What the file would change, or all that is wrong in it."""
    try:
        run = dry_run(data, at=timezone.now())
    except WrongFile as wrong:
        context = {"form": FileForm(), "flaws": wrong.flaws[:_SHOWN_FLAWS], "flaw_count": len(wrong.flaws)}
        return _page(request, context, status=400)
    return _page(
        request, {"form": FileForm(), "run": run, "agreed": sealed(data, run.state, user, _SEAL)}, status=status
    )


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, "desk/convention_import.html", context, status=status)
