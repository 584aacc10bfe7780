"""A convention comes in as a spreadsheet: deposited, shown for what it changes, then recorded as a project."""

import base64
import binascii

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.rights import require_author
from gup.conventions.spreadsheet.flaws import Outdated, WrongFile
from gup.conventions.spreadsheet.importing import DryRun, dry_run
from gup.conventions.spreadsheet.opening import MAX_BYTES
from gup.conventions.spreadsheet.writing import write_project
from gup.desk.people import the_user
from gup.partners.models import User

# How long what was shown may be agreed to.
_ONE_HOUR = 3600
# A page stays readable; the count says how many there are.
_SHOWN_FLAWS = 500
_NOT_READ_AGAIN = "Le fichier n'a pas été relu depuis une heure, ou par quelqu'un d'autre : déposez-le de nouveau."


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
        data, state = _agreed(request.POST.get("agreed", ""), user)
    except (BadSignature, SignatureExpired, binascii.Error, ValueError):
        messages.error(request, _NOT_READ_AGAIN)
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
    return _page(request, {"form": FileForm(), "run": run, "agreed": _sealed(data, run, user)}, status=status)


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, "desk/convention_import.html", context, status=status)


def _sealed(data: bytes, run: DryRun, user: User) -> str:
    """The file as it was shown, to this person, against this state: the page carries it, nobody can alter it."""
    return _signer(user).sign(f"{run.state}.{base64.b64encode(data).decode()}")


def _agreed(sealed: str, user: User) -> tuple[bytes, str]:
    """The file and the state that were shown. Raises BadSignature, or ValueError for what was never sealed."""
    state, _, encoded = _signer(user).unsign(sealed, max_age=_ONE_HOUR).partition(".")
    return base64.b64decode(encoded, validate=True), state


def _signer(user: User) -> TimestampSigner:
    return TimestampSigner(salt=f"convention-import-{user.pk}")
