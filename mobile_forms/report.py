"""The QR page: emergencies first, then what is known here, then three taps and a photo."""

import hashlib

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gup.conventions.models import Category
from gup.desk.fields import read_photos
from gup.incidents.blocking import block_of
from gup.incidents.duplicates import likely_duplicates
from gup.incidents.enums import Channel, Status
from gup.incidents.errors import InvalidInput, Refused
from gup.incidents.follow_up import secret_of
from gup.incidents.intake import Opened, open_incident
from gup.incidents.models import Incident
from gup.inspections.rights import RECORDING_ROLES
from gup.partners.actors import PublicReporter
from gup.partners.models import Management
from gup.partners.scope import has_role
from gup.places.models import QrCode
from gup.places.tokens import random_token
from mobile_forms.limits import address_of, is_flooding
from mobile_forms.origin import FROM_ELSEWHERE, is_from_elsewhere
from mobile_forms.photos import add_photos
from mobile_forms.report_form import PublicForm, families, family_of

BROWSER_COOKIE = "gup-browser"
KNOWN_SHOWN = 4
ALIKE_SHOWN = 3


@csrf_exempt  # nothing here rests on a cookie: see mobile_forms/origin.py
def place(request: HttpRequest, code: str) -> HttpResponse:
    retired = QrCode.objects.filter(code=code, revoked_at__isnull=False).select_related("residence").first()
    if retired is not None:
        return render(request, "mobile_forms/retired.html", {"qr": retired}, status=410)
    qr = _qr(code)
    if request.method != "POST" and _management(qr) is None:
        return render(request, "mobile_forms/unmanaged.html", {"qr": qr}, status=410)
    family = family_of(request.GET.get("famille", ""), request.POST.get("category", ""))
    if request.method != "POST":
        form = None if family is None else PublicForm(qr=qr, family=family, initial={"spot": qr.spot_id})
        return _page(request, qr, form, family)
    if family is None:
        return _page(request, qr, None, None, said=_("Choisissez d'abord de quoi il s'agit."), status=400)
    return _received(request, qr, family)


def _received(request: HttpRequest, qr: QrCode, family: Category) -> HttpResponse:
    """What was sent: refused with the reason, compared with what is known here, or recorded once."""
    form = PublicForm(request.POST, request.FILES, qr=qr, family=family)
    if is_from_elsewhere(request):
        form.add_error(None, _(FROM_ELSEWHERE))
        return _page(request, qr, form, family, status=403)
    if request.POST.get("website"):
        form.add_error(None, _("Cet envoi ressemble à celui d'un robot : il n'a pas été enregistré."))
        return _page(request, qr, form, family, status=400)
    if not form.is_valid():
        return _page(request, qr, form, family, status=400)
    if (already := _sent_before(qr, form)) is not None:
        return _told(request, qr, Opened(already, secret_of(already.ref)), [])
    if (said := _blocked(request, form.cleaned_data["reporter_email"])) is not None:
        form.add_error(None, said)
        return _page(request, qr, form, family, status=403)
    alike = [] if form.cleaned_data["is_another"] else _alike(qr, form)
    if alike:
        return _page(request, qr, form, family, alike=alike, status=409)
    if is_flooding(request, qr.code, timezone.now()):
        form.add_error(None, _("Trop d'envois depuis une heure. Réessayez plus tard, ou appelez votre bailleur."))
        return _page(request, qr, form, family, status=429)
    try:
        opened = _open_once(qr, form)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, _(refusal.message))
        return _page(request, qr, form, family, status=400)
    photos, by = read_photos(form.cleaned_data["photos"]), PublicReporter(opened.incident.pk)
    return _told(request, qr, opened, add_photos(opened.incident, by=by, at=timezone.now(), photos=photos))


@csrf_exempt
@require_POST
def support(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """« Moi aussi »: one more household, not one more ticket; before a repair, « Toujours là ». Each counts once."""
    qr = _qr(code)
    incident = get_object_or_404(Incident.objects.on_public_pages().filter(residence=qr.residence), ref=ref)
    browser = request.COOKIES.get(BROWSER_COOKIE) or random_token()
    if is_from_elsewhere(request):
        return _page(request, qr, None, None, status=403, said=_(FROM_ELSEWHERE))
    if is_flooding(request, code, timezone.now()):
        return _page(request, qr, None, None, status=429, said=_("Trop d'envois depuis une heure."))
    if (said := _blocked(request, "")) is not None:
        return _page(request, qr, None, None, status=403, said=said)
    by, at, hashed = AnonymousUser(), timezone.now(), hashlib.sha256(browser.encode()).hexdigest()
    try:
        if incident.status == Status.RESOLVED:
            words = _("Merci : l'association de locataires et le bailleur le savent.")
            incident.still_there(by=by, at=at, browser_hash=hashed)
        else:
            words = _("Merci, votre soutien est compté.")
            incident.support(by=by, at=at, browser_hash=hashed)
    except Refused as refusal:
        words = _(refusal.message)
    response = _page(request, qr, None, None, said=words)
    response.set_cookie(
        BROWSER_COOKIE, browser, max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def _blocked(request: HttpRequest, email: str) -> str | None:
    """Why this sender is no longer heard; None for everybody else."""
    found = block_of(address=address_of(request), email=email, at=timezone.now())
    if found is None:
        return None
    words = _("Vos envois ne sont plus acceptés jusqu'au %(until)s : %(reason)s Appelez votre bailleur.")
    reason = found.reason if found.reason.endswith((".", "!", "?")) else f"{found.reason}."
    return words % {"until": date_format(timezone.localtime(found.until), "j F Y"), "reason": reason}


def _sent_before(qr: QrCode, form: PublicForm) -> Incident | None:
    """The incident that this very page opened already: a network that repeats itself, a button pressed twice.

    The page sent again with other words, after a step back, is another report.
    """
    given = form.cleaned_data
    if given["sending"] is None:
        return None
    same = Incident.objects.filter(
        client_uuid=given["sending"],
        residence=qr.residence,
        category=given["category"],
        spot=given["spot"],
        title=given["title"],
        description=given["description"],
    )
    found = same.select_related("responsible").first()
    if found is None and Incident.objects.filter(client_uuid=given["sending"]).exists():
        given["sending"] = None
    return found


def _alike(qr: QrCode, form: PublicForm) -> list[Incident]:
    """The same category, open at the same place, that anybody may read of."""
    among, given = Incident.objects.on_public_pages(), form.cleaned_data
    found = likely_duplicates(among, residence=qr.residence, category=given["category"], spot=given["spot"])
    return list(found.for_lists()[:ALIKE_SHOWN])


def _open_once(qr: QrCode, form: PublicForm) -> Opened:
    """Open the incident; the same page sent at the same instant by another request opened it for both."""
    try:
        return _open(qr, form)
    except (InvalidInput, IntegrityError):
        if (already := _sent_before(qr, form)) is None:
            raise
        return Opened(already, secret_of(already.ref))


def _open(qr: QrCode, form: PublicForm) -> Opened:
    given = form.cleaned_data
    return open_incident(
        by=AnonymousUser(),
        at=timezone.now(),
        residence=qr.residence,
        spot=given["spot"],
        category=given["category"],
        title=given["title"],
        description=given["description"],
        reporter_email=given["reporter_email"],
        reporter_phone=given["reporter_phone"],
        client_uuid=given["sending"],
        channel=Channel.QR,
    )


def _qr(code: str) -> QrCode:
    """A code in service; one that was revoked, or never printed, is not found."""
    qr = QrCode.objects.filter(code=code, revoked_at=None).select_related("residence__quartier", "spot").first()
    if qr is None:
        raise Http404
    return qr


def _management(qr: QrCode) -> Management | None:
    """Who manages the residence today; None once it has left every bailleur."""
    current = Management.objects.on(timezone.localdate()).filter(residence=qr.residence)
    return current.select_related("bailleur").first()


def _told(request: HttpRequest, qr: QrCode, opened: Opened, unkept: list[str]) -> HttpResponse:
    context = {"opened": opened, "qr": qr, "unkept": unkept}
    return render(request, "mobile_forms/received.html", context, status=201)


def _page(
    request: HttpRequest,
    qr: QrCode,
    form: PublicForm | None,
    family: Category | None,
    *,
    status: int = 200,
    said: str = "",
    alike: list[Incident] | None = None,
) -> HttpResponse:
    known = Incident.objects.on_public_pages().filter(residence=qr.residence).for_lists().order_by("-reported_at")
    management = _management(qr)
    context = {
        "qr": qr,
        "form": form,
        "family": family,
        "families": families() if form is None else [],
        "known": known[:KNOWN_SHOWN] if form is None else [],
        "alike": alike,
        "bailleur": management.bailleur if management else None,
        "said": said,
        "tone": "success" if status == 200 else "warning",
        # A partner's phone that scans the poster is where it says it is: a passage may be written down from here.
        "may_record": qr.spot_id is not None and has_role(request.user, RECORDING_ROLES),
    }
    return render(request, "mobile_forms/report.html", context, status=status)
