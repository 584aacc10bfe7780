"""The company's page: what is asked, and its answer, behind a link and without an account.

A mail scanner follows links: the first page shows a button and nothing of the incident, and the button opens it.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.fields import PhotosField, moment, read_photos
from gup.desk.photos import serve
from gup.incidents.errors import Refused, WrongTransition
from gup.incidents.models import WorkOrder
from gup.incidents.work_orders import (
    accept,
    add_photos,
    declare_done,
    is_alive,
    open_order,
    photos_of,
    shown_to,
)
from gup.places.tokens import secret_hash

_SALT = "gup.desk.intervention"


class AcceptForm(forms.Form):
    planned_for = moment("Intervention prévue le")


class PhotosForm(forms.Form):
    photos = PhotosField(label="Photos après réparation", required=True)


class DoneForm(forms.Form):
    text = forms.CharField(label="Ce qui a été fait", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label="Photos après réparation", required=False, help_text="Une au moins, quatre au plus.")


FORMS: dict[str, type[forms.Form]] = {"accepter": AcceptForm, "photos": PhotosForm, "faite": DoneForm}


def private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Kept by nobody on the way: no cache, no search engine, no referrer to other sites.

    To ourselves the referrer goes: without any, browsers hide where a form comes from, and its token is refused.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


@private
def intervention(request: HttpRequest, token: str) -> HttpResponseBase:
    """A button; pressed, it exchanges the link for a cookie that is good for this order alone."""
    found = get_object_or_404(_orders(), token_hash=secret_hash(token))
    now = timezone.now()
    if not is_alive(found, now):
        return _over(request, found)
    if request.method != "POST":
        return render(request, "intervention/door.html", {"order": found})
    open_order(found, now)
    answer = redirect("intervention-order", pk=found.pk)
    answer.set_cookie(
        _cookie(found.pk),
        signing.dumps(found.token_hash, salt=_SALT),
        expires=found.expires_at,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@private
def order(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _held(request, pk)
    if not is_alive(found, timezone.now()):
        return _over(request, found)
    return _page(request, found)


@private
@require_POST
def say(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """One of three: taken for a day, photos, done. A refusal shows the page again with nothing lost but the files."""
    found = _held(request, pk)
    if verb not in FORMS:
        raise Http404
    if not is_alive(found, timezone.now()):
        return _over(request, found)
    form = FORMS[verb](request.POST, request.FILES, prefix=verb)
    if not form.is_valid():
        return _page(request, found, failed=(verb, form), status=400)
    try:
        _speak(found, verb, form.cleaned_data)
    except Refused as refusal:
        field = "photos" if refusal.field == "photo" else refusal.field
        form.add_error(field if field in form.fields else None, refusal.message)
        return _page(request, found, failed=(verb, form), status=409 if isinstance(refusal, WrongTransition) else 400)
    messages.success(request, "Merci, c'est enregistré.")
    return redirect("intervention-order", pk=pk)


@private
def photo(request: HttpRequest, pk: int, photo_uuid: uuid.UUID) -> HttpResponseBase:
    found = _held(request, pk)
    if not is_alive(found, timezone.now()):
        raise Http404
    return serve(request, get_object_or_404(shown_to(found), uuid=photo_uuid), "display")


def _speak(order: WorkOrder, verb: str, given: dict[str, Any]) -> None:
    at = timezone.now()
    if verb == "accepter":
        accept(order, at=at, planned_for=given["planned_for"])
    elif verb == "photos":
        add_photos(order, at=at, data=read_photos(given["photos"]))
    else:
        declare_done(order, at=at, text=given["text"], data=read_photos(given["photos"]))


def _orders() -> Any:
    return WorkOrder.objects.select_related(
        "organisation", "incident__residence__quartier", "incident__spot", "incident__category__parent"
    )


def _held(request: HttpRequest, pk: int) -> WorkOrder:
    """The order whose cookie this browser holds; Http404 without it, as for an order that is none."""
    found: WorkOrder = get_object_or_404(_orders(), pk=pk)
    try:
        held = signing.loads(request.COOKIES.get(_cookie(pk), ""), salt=_SALT)
    except signing.BadSignature as wrong:
        raise Http404 from wrong
    if held != found.token_hash:
        raise Http404
    return found


def _cookie(pk: int) -> str:
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}gup-intervention-{pk}"


def _over(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    return render(request, "intervention/over.html", {"order": order}, status=410)


def _page(
    request: HttpRequest, order: WorkOrder, *, failed: tuple[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    shown = {verb: form(prefix=verb) for verb, form in FORMS.items()}
    if failed is not None:
        shown[failed[0]] = failed[1]
    own = {each.pk for each in photos_of(order)}
    context = {
        "order": order,
        "incident": order.incident,
        "state": order.state(timezone.now()),
        "photos": [(each, each.pk in own) for each in shown_to(order)],
        "accept_form": shown["accepter"],
        "photos_form": shown["photos"],
        "done_form": shown["faite"],
        "failed_form": failed[1] if failed else None,
    }
    return render(request, "intervention/order.html", context, status=status)
