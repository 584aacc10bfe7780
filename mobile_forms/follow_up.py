"""The follow-up page behind its secret link: where it stands, and one's own word on the repair."""

import uuid

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gup.desk.fields import PhotosField, read_photos
from gup.desk.photos import serve
from gup.incidents.enums import PhotoKind, PhotoStatus, Verb, Visibility
from gup.incidents.errors import InvalidInput, Refused, Stale, WrongTransition
from gup.incidents.facts import standing
from gup.incidents.models import Clock, Incident, IncidentEvent
from gup.incidents.words import MAX_TEXT
from gup.partners.actors import PublicReporter
from gup.places.tokens import secret_hash
from mobile_forms.origin import FROM_ELSEWHERE, is_from_elsewhere
from mobile_forms.photos import add_photos
from mobile_forms.report_form import TOO_LONG

PUBLIC_VERBS = {"confirm": Verb.CONFIRM, "contest": Verb.CONTEST, "add-photo": Verb.ADD_PHOTO}


class WordForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Ce qui n'est pas réparé"),
        required=False,
        max_length=MAX_TEXT,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)


def follow_up(request: HttpRequest, secret: str) -> HttpResponse:
    return _page(request, _incident(secret), secret, WordForm())


@csrf_exempt  # the secret of the address is the authority, no cookie: see mobile_forms/origin.py
@require_POST
def say(request: HttpRequest, secret: str, verb: str) -> HttpResponse:
    incident, said = _incident(secret), PUBLIC_VERBS.get(verb)
    if said is None:
        raise Http404
    form = WordForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, incident, secret, form, status=400)
    if is_from_elsewhere(request):
        form.add_error(None, _(FROM_ELSEWHERE))
        return _page(request, incident, secret, form, status=403)
    try:
        unkept = _speak(incident, said, form)
    except Refused as refusal:
        incident.refresh_from_db()
        form.add_error(refusal.field if refusal.field in form.fields else None, _(refusal.message))
        is_conflict = isinstance(refusal, Stale | WrongTransition)
        return _page(request, incident, secret, form, status=409 if is_conflict else 400)
    for reason in unkept:
        messages.warning(request, _("Une photo n'a pas été gardée :") + " " + reason)
    if said != Verb.ADD_PHOTO or len(unkept) < len(form.cleaned_data["photos"]):
        messages.success(request, _("Merci, c'est enregistré."))
    return redirect("follow-up", secret=secret)


def photo(request: HttpRequest, secret: str, photo_uuid: uuid.UUID) -> HttpResponseBase:
    """The reporter sees the repair's photos, small; photos by others stay with the partners."""
    shown = _incident(secret).photos.filter(status=PhotoStatus.READY, kind__in=[PhotoKind.BEFORE, PhotoKind.AFTER])
    return serve(request, get_object_or_404(shown, uuid=photo_uuid), "thumbnail")


def _public(incident: Incident) -> QuerySet[IncidentEvent]:
    """What everybody reads, oldest first."""
    events = incident.events.filter(visibility=Visibility.PUBLIC)
    return events.select_related("organisation").order_by("at", "seq")


def _speak(incident: Incident, verb: Verb, form: WordForm) -> list[str]:
    """Say it; returns why each photo that was added and cannot be kept was not."""
    by, at, given = PublicReporter(incident.pk), timezone.now(), form.cleaned_data
    photos = read_photos(given["photos"])
    if verb == Verb.CONFIRM:
        incident.confirm(by=by, at=at, text=given["text"])
    elif verb == Verb.CONTEST:
        incident.contest(by=by, at=at, text=given["text"], proof=photos)
    elif not given["photos"]:
        raise InvalidInput("Joignez une photo.", field="photos")
    else:
        return add_photos(incident, by=by, at=at, photos=photos)
    return []


def _incident(secret: str) -> Incident:
    """Found by the hash of its secret; a wrong secret and a missing incident answer alike."""
    found: Incident = get_object_or_404(
        Incident.objects.for_lists().select_related("bailleur"), follow_up_hash=secret_hash(secret)
    )
    return found


def _promise(incident: Incident) -> Clock | None:
    """What is promised for the date that the page shows."""
    running = incident.clocks.filter(stopped_at=None, cancelled_at=None, due_at__isnull=False, due_at=incident.due_at)
    return running.select_related("commitment").first()


def _page(request: HttpRequest, incident: Incident, secret: str, form: WordForm, *, status: int = 200) -> HttpResponse:
    allowed = incident.allowed_actions(PublicReporter(incident.pk))
    context = {
        "incident": incident,
        "secret": secret,
        "form": form,
        "events": standing(_public(incident))[::-1],
        "photos": incident.photos.filter(status=PhotoStatus.READY, kind__in=[PhotoKind.BEFORE, PhotoKind.AFTER]),
        "promise": _promise(incident),
        "pauses": incident.pauses.filter(ended_at=None),
        "may_answer": Verb.CONFIRM in allowed,
        "may_add_photo": Verb.ADD_PHOTO in allowed,
        "now": timezone.now(),
    }
    return render(request, "mobile_forms/follow_up.html", context, status=status)
