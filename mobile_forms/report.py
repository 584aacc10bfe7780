"""The QR page: emergencies first, then what is known here, then three taps and a photo."""

import hashlib

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gup.conventions.models import Category
from gup.desk.fields import PhotosField, read_photos
from gup.incidents.enums import Channel
from gup.incidents.errors import InvalidInput, Refused
from gup.incidents.intake import MAX_TITLE, Opened, open_incident
from gup.incidents.models import Incident
from gup.incidents.words import MAX_TEXT
from gup.inspections.rights import RECORDING_ROLES
from gup.partners.actors import PublicReporter
from gup.partners.models import Management
from gup.partners.scope import has_role
from gup.places.models import QrCode, Spot
from gup.places.tokens import random_token
from mobile_forms.limits import is_flooding

BROWSER_COOKIE = "gup-browser"
KNOWN_SHOWN = 4


class PublicForm(forms.Form):
    category = forms.ModelChoiceField(
        label=gettext_lazy("De quoi s'agit-il ?"),
        queryset=Category.objects.filter(parent__isnull=False),
        to_field_name="slug",
    )
    spot = forms.ModelChoiceField(
        label=gettext_lazy("Où exactement ?"),
        queryset=Spot.objects.none(),
        required=False,
        empty_label=gettext_lazy("Dans la résidence"),
    )
    title = forms.CharField(label=gettext_lazy("En une ligne"), max_length=MAX_TITLE)
    description = forms.CharField(
        label=gettext_lazy("Précisions"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Ne nommez personne."),
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("4 au plus, sans visage ni plaque.")
    )
    reporter_email = forms.EmailField(
        label=gettext_lazy("E-mail, pour être tenu au courant"),
        required=False,
        help_text=gettext_lazy("Facultatif. Effacé 90 jours après la clôture."),
    )
    # A field that people do not see and machines fill in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: object, qr: QrCode, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["spot"].queryset = qr.residence.spots.all()  # type: ignore[attr-defined]
        families: dict[str, list[tuple[str, str]]] = {}
        for category in Category.objects.filter(parent__isnull=False).select_related("parent"):
            families.setdefault(category.family.name, []).append((category.slug, category.name))
        self.fields["category"].choices = [("", [("", _("Choisissez"))]), *families.items()]  # type: ignore[attr-defined]


def place(request: HttpRequest, code: str) -> HttpResponse:
    retired = QrCode.objects.filter(code=code, revoked_at__isnull=False).select_related("residence").first()
    if retired is not None:
        return render(request, "mobile_forms/retired.html", {"qr": retired}, status=410)
    qr = _qr(code)
    if request.method != "POST":
        return _page(request, qr, PublicForm(qr=qr, initial={"spot": qr.spot_id}))
    form = PublicForm(request.POST, request.FILES, qr=qr)
    if request.POST.get("website"):
        form.add_error(None, _("Cet envoi ressemble à celui d'un robot : il n'a pas été enregistré."))
        return _page(request, qr, form, status=400)
    if not form.is_valid():
        return _page(request, qr, form, status=400)
    if is_flooding(request, code, timezone.now()):
        form.add_error(None, _("Trop d'envois depuis une heure. Réessayez plus tard, ou appelez votre bailleur."))
        return _page(request, qr, form, status=429)
    try:
        opened = _open(qr, form)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, qr, form, status=400)
    unkept = _join_photos(opened, form)
    context = {"opened": opened, "qr": qr, "unkept": unkept}
    return render(request, "mobile_forms/received.html", context, status=201)


@require_POST
def support(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """« Moi aussi »: one more household, not one more ticket. A browser counts once."""
    qr = _qr(code)
    incident = get_object_or_404(Incident.objects.on_public_pages().filter(residence=qr.residence), ref=ref)
    browser = request.COOKIES.get(BROWSER_COOKIE) or random_token()
    if is_flooding(request, code, timezone.now()):
        return _page(request, qr, PublicForm(qr=qr), status=429, said=_("Trop d'envois depuis une heure."))
    words = _("Merci, votre soutien est compté.")
    try:
        hashed = hashlib.sha256(browser.encode()).hexdigest()
        incident.support(by=AnonymousUser(), at=timezone.now(), browser_hash=hashed)
    except Refused as refusal:
        words = refusal.message
    response = _page(request, qr, PublicForm(qr=qr), said=words)
    response.set_cookie(
        BROWSER_COOKIE, browser, max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


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
        channel=Channel.QR,
    )


def _join_photos(opened: Opened, form: PublicForm) -> list[str]:
    """A bad photo never costs the report; returns why each bad one was not kept."""
    unkept = []
    for data in read_photos(form.cleaned_data["photos"]):
        try:
            opened.incident.add_photo(by=PublicReporter(opened.incident.pk), at=timezone.now(), data=data)
        except InvalidInput as refusal:
            unkept.append(refusal.message)
    return unkept


def _qr(code: str) -> QrCode:
    """A code in service; one that was revoked, or never printed, is not found."""
    qr = QrCode.objects.filter(code=code, revoked_at=None).select_related("residence__quartier", "spot").first()
    if qr is None:
        raise Http404
    return qr


def _page(request: HttpRequest, qr: QrCode, form: PublicForm, *, status: int = 200, said: str = "") -> HttpResponse:
    known = Incident.objects.on_public_pages().filter(residence=qr.residence).for_lists().order_by("-reported_at")
    today = timezone.localdate()
    management = Management.objects.on(today).filter(residence=qr.residence).select_related("bailleur").first()
    context = {
        "qr": qr,
        "form": form,
        "known": known[:KNOWN_SHOWN],
        "bailleur": management.bailleur if management else None,
        "said": said,
        # A partner's phone that scans the poster is where it says it is: a passage may be written down from here.
        "may_record": qr.spot_id is not None and has_role(request.user, RECORDING_ROLES),
    }
    return render(request, "mobile_forms/report.html", context, status=status)
