"""QR posters and stickers: the places are ticked, the PDF comes; a code that was misused is replaced."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.people import the_user
from gup.partners.models import User
from gup.partners.scope import has_role
from gup.posters.places import MOST_PLACES, PRINTING_ROLES, Place, named, places_in, printable_by
from gup.posters.render import posters_pdf
from gup.posters.replacing import replace_code
from gup.posters.sheet import Format

FILE_NAMES = {Format.A4: "affiches.pdf", Format.STICKERS: "autocollants.pdf"}


class PrintForm(forms.Form):
    how = forms.ChoiceField(
        label="Format",
        choices=[(Format.A4, "Affiches A4, une par page"), (Format.STICKERS, "Autocollants, huit par page A4")],
        widget=forms.RadioSelect,
        initial=Format.A4,
    )


@login_required
def posters(request: HttpRequest) -> HttpResponse:
    return _page(request, _printer(request), PrintForm())


@login_required
@require_POST
def print_posters(request: HttpRequest) -> HttpResponse:
    """The PDF of what was ticked; what cannot be printed shows the page again, with the ticks."""
    user, form = _printer(request), PrintForm(request.POST)
    ticked = request.POST.getlist("place")
    if form.is_valid() and not ticked:
        form.add_error(None, "Cochez au moins un lieu.")
    places = named(ticked, user)
    if places is None:
        raise Http404
    if len(places) > MOST_PLACES:
        form.add_error(None, f"{len(places)} lieux sont cochés : imprimez-en {MOST_PLACES} au plus à la fois.")
    if form.errors:
        return _page(request, user, form, ticked, status=400)
    how = Format(form.cleaned_data["how"])
    pdf = posters_pdf(places, how, at=timezone.now())
    disposition = f'inline; filename="{FILE_NAMES[how]}"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})


@login_required
def replace(request: HttpRequest, key: str) -> HttpResponse:
    """Says what replacing a code does, then does it."""
    user = _printer(request)
    found = named([key], user)
    if found is None or len(found) != 1:
        raise Http404
    (place,) = found
    if request.method != "POST":
        return render(request, "desk/poster_replace.html", {"place": place})
    replace_code(place, by=user, at=timezone.now())
    said = f"Le code de « {place.name}, {place.residence} » est remplacé : imprimez sa nouvelle affiche."
    messages.success(request, said)
    return redirect("posters")


def _printer(request: HttpRequest) -> User:
    user = the_user(request)
    if not has_role(user, PRINTING_ROLES):
        raise PermissionDenied
    return user


def _page(
    request: HttpRequest, user: User, form: PrintForm, ticked: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    residences: dict[str, list[Place]] = {}
    found = printable_by(user).select_related("quartier").order_by("quartier__name", "name")
    for place in places_in(list(found)):
        residences.setdefault(place.residence.slug, []).append(place)
    context = {"form": form, "residences": list(residences.values()), "ticked": ticked or []}
    return render(request, "desk/posters.html", context, status=status)
