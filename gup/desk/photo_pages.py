"""The photos of one incident, one after the other; and the page where a part of one is blackened."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gup.desk.people import the_user
from gup.incidents.enums import PhotoStatus
from gup.incidents.errors import NotAllowed, Refused, Stale
from gup.incidents.models import Incident, Photo
from gup.incidents.redacting import MOST_BOXES, Box, may_redact, redact
from gup.partners.audit import note_confidential_read
from gup.partners.models import User


class BoxForm(forms.Form):
    """One box in percent of the picture; a row that is left empty is no box."""

    left = forms.FloatField(label="Depuis la gauche", min_value=0, max_value=100, required=False)
    top = forms.FloatField(label="Depuis le haut", min_value=0, max_value=100, required=False)
    width = forms.FloatField(label="Largeur", min_value=0, max_value=100, required=False)
    height = forms.FloatField(label="Hauteur", min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        missing = [name for name in self.fields if given.get(name) is None and name not in self.errors]
        if self.has_changed() and missing:
            for name in missing:
                self.add_error(name, "Donnez ce nombre aussi, ou videz la ligne.")
        return given

    def box(self) -> Box | None:
        return Box(**self.cleaned_data) if self.has_changed() else None


Boxes = forms.formset_factory(BoxForm, extra=MOST_BOXES, max_num=MOST_BOXES, absolute_max=MOST_BOXES, validate_max=True)


@login_required
def incident_photo(request: HttpRequest, ref: str, photo_uuid: uuid.UUID) -> HttpResponse:
    """One photo as large as it is kept, with the one before and the one after."""
    user = the_user(request)
    found, photos = _photo(user, ref, photo_uuid)
    if found.incident.is_confidential:
        note_confidential_read(user, ref, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))
    place = photos.index(found)
    context = {
        "incident": found.incident,
        "photo": found,
        "place": place + 1,
        "count": len(photos),
        "former": photos[place - 1] if place else None,
        "next": photos[place + 1] if place + 1 < len(photos) else None,
        "may_redact": may_redact(found, user),
        "redactions": found.redactions.select_related("by"),
    }
    return render(request, "desk/incident_photo.html", context)


@login_required
def redact_photo(request: HttpRequest, ref: str, photo_uuid: uuid.UUID) -> HttpResponse:
    """Draw boxes, or give their numbers; what is under them is gone for everybody."""
    user = the_user(request)
    found, _ = _photo(user, ref, photo_uuid)
    if not may_redact(found, user):
        raise Http404
    boxes = Boxes(request.POST or None, prefix="cadre")
    if request.method != "POST":
        return _redaction_page(request, found, boxes)
    if not boxes.is_valid():
        return _redaction_page(request, found, boxes, problems=_flaws(boxes), status=400)
    drawn = [box for form in boxes.forms if (box := form.box()) is not None]
    try:
        redact(found, drawn, by=user, at=timezone.now())
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 403 if isinstance(refusal, NotAllowed) else 400
        return _redaction_page(request, found, boxes, problems=[refusal.message], status=status)
    messages.success(request, "Photo masquée. L'ancienne version est effacée.")
    return redirect("incident-photo", ref=ref, photo_uuid=photo_uuid)


def _photo(user: User, ref: str, photo_uuid: uuid.UUID) -> tuple[Photo, list[Photo]]:
    """The photo, and all those of its incident that can be shown, in the order in which they came."""
    incident = get_object_or_404(Incident.objects.visible_to(user).for_lists(), ref=ref)
    photos = list(incident.photos.filter(status=PhotoStatus.READY).select_related("added_by"))
    found = next((photo for photo in photos if photo.uuid == photo_uuid), None)
    if found is None:
        raise Http404
    found.incident = incident
    return found, photos


def _redaction_page(
    request: HttpRequest, photo: Photo, boxes: Any, *, problems: Iterable[str] = (), status: int = 200
) -> HttpResponse:
    context = {"incident": photo.incident, "photo": photo, "boxes": boxes, "problems": list(problems)}
    return render(request, "desk/photo_redact.html", context, status=status)


def _flaws(boxes: Any) -> list[str]:
    """Each flaw with its row and its field."""
    told = [str(error) for error in boxes.non_form_errors()]
    for number, form in enumerate(boxes.forms, start=1):
        for name, errors in form.errors.items():
            told += [f"Cadre {number}, {str(form.fields[name].label).lower()} : {error}" for error in errors]
    return told
