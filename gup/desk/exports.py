"""Exports of conventions: asked for, followed while they are written, downloaded."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from gup.conventions.models import Convention
from gup.desk.downloads import resumable
from gup.desk.people import the_user
from gup.incidents.errors import Refused
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role, is_dsu
from gup.reports.exporting import UNDER_WAY, exports_for, note_download, request_export


class ExportForm(forms.Form):
    convention = forms.ModelChoiceField(
        label="Convention", queryset=Convention.objects.all(), to_field_name="slug", empty_label=None
    )
    with_contacts = forms.BooleanField(
        label="Avec les noms et les contacts des signalants",
        required=False,
        help_text="Données personnelles : seulement pour transmettre le service, et noté au journal d'audit.",
    )

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not has_role(user, [Role.ADMINISTRATOR]):
            del self.fields["with_contacts"]


@login_required
def exports(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not is_dsu(user):
        raise PermissionDenied
    form = ExportForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            request_export(by=user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "L'export est demandé : il s'écrit, et se télécharge ici dès qu'il est prêt.")
            return redirect("exports")
    found = exports_for(user)
    context = {"form": form, "exports": found, "is_under_way": any(each.status in UNDER_WAY for each in found)}
    response = render(request, "desk/exports.html", context, status=400 if form.errors else 200)
    if context["is_under_way"] and request.method == "GET":
        # The page reads itself again until nothing is under way: no script is needed for a progress bar.
        response["Refresh"] = "4"
    return response


@login_required
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = the_user(request)
    found = next((each for each in exports_for(user) if each.pk == pk), None)
    if found is None:
        raise Http404
    try:
        note_download(found, by=user, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))
        file = default_storage.open(found.file)
    except (Refused, OSError, ValueError):
        messages.error(request, "Cet export n'est pas prêt, ou il a été effacé : demandez-en un autre.")
        return redirect("exports")
    name = f"{found.convention.slug}-{found.requested_at:%Y-%m-%d}.zip"
    return resumable(request, file, size=found.size, name=name, sha256=found.sha256)
