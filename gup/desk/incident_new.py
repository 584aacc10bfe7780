"""Reporting from the desk: the place, the category, the words, the photos; duplicates shown before sending."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gup.conventions.models import Category
from gup.desk.fields import PhotosField, read_photos
from gup.desk.people import the_user
from gup.incidents.duplicates import likely_duplicates
from gup.incidents.enums import Channel
from gup.incidents.errors import InvalidInput, Refused
from gup.incidents.intake import MAX_TITLE, Opened, open_incident
from gup.incidents.models import Incident
from gup.incidents.words import MAX_TEXT
from gup.partners.models import User
from gup.partners.scope import REPORTING_ROLES, has_role, places_of
from gup.places.models import Residence, Spot


class IncidentForm(forms.Form):
    residence = forms.ModelChoiceField(label="Résidence", queryset=Residence.objects.none(), to_field_name="slug")
    spot = forms.ModelChoiceField(
        label="Lieu précis", queryset=Spot.objects.none(), required=False, empty_label="Toute la résidence"
    )
    category = forms.ModelChoiceField(
        label="De quoi s'agit-il ?",
        queryset=Category.objects.filter(parent__isnull=False).select_related("parent"),
        to_field_name="slug",
    )
    title = forms.CharField(label="En une ligne", max_length=MAX_TITLE)
    description = forms.CharField(
        label="Précisions",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ne nommez personne.",
    )
    reported_at = forms.DateTimeField(
        label="Constaté le",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Laissez vide si c'est maintenant ; 7 jours en arrière au plus.",
    )
    photos = PhotosField(label="Photos", required=False, help_text="4 au plus, sans visage ni plaque.")
    checked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        places = places_of(user)
        spots = Spot.objects.filter(residence__in=places).select_related("residence")
        self.fields["residence"].queryset = places  # type: ignore[attr-defined]
        self.fields["spot"].queryset = spots  # type: ignore[attr-defined]
        self.fields["spot"].label_from_instance = lambda spot: f"{spot.residence} · {spot}"  # type: ignore[attr-defined]
        self.fields["category"].choices = _categories_by_family()  # type: ignore[attr-defined]


@login_required
def new_incident(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, REPORTING_ROLES):
        raise PermissionDenied
    if request.method != "POST":
        form = IncidentForm(user=user, initial={"residence": request.GET.get("residence")})
        return render(request, "desk/incident_new.html", {"form": form})
    form = IncidentForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return render(request, "desk/incident_new.html", {"form": form}, status=400)
    duplicates = _duplicates(form, user)
    if duplicates and not form.cleaned_data["checked"]:
        context = {"form": form, "duplicates": duplicates}
        return render(request, "desk/incident_new.html", context, status=409)
    try:
        opened = _open(form, user, timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return render(request, "desk/incident_new.html", {"form": form}, status=400)
    _join_photos(request, opened.incident, user, form)
    messages.success(request, f"Signalement enregistré sous la référence {opened.incident.ref}.")
    return redirect("incident", ref=opened.incident.ref)


def _open(form: IncidentForm, user: User, now: datetime) -> Opened:
    given = form.cleaned_data
    return open_incident(
        by=user,
        at=now,
        residence=given["residence"],
        spot=given["spot"],
        category=given["category"],
        title=given["title"],
        description=given["description"],
        reported_at=given["reported_at"],
        channel=Channel.DESK,
    )


def _join_photos(request: HttpRequest, incident: Incident, user: User, form: IncidentForm) -> None:
    """A bad photo never costs the report: the incident stands, and the page says which photo to send again."""
    for data in read_photos(form.cleaned_data["photos"]):
        try:
            incident.add_photo(by=user, at=timezone.now(), data=data)
        except InvalidInput as refusal:
            messages.warning(request, f"Une photo n'a pas été gardée : {refusal.message} Vous pouvez la renvoyer.")


def _duplicates(form: IncidentForm, user: User) -> list[Incident]:
    given = form.cleaned_data
    same = likely_duplicates(
        Incident.objects.visible_to(user),
        residence=given["residence"],
        category=given["category"],
        spot=given["spot"],
    )
    return list(same.for_lists()[:3])


def _categories_by_family() -> list[tuple[str, list[tuple[str, str]]]]:
    families: dict[str, list[tuple[str, str]]] = {}
    for category in Category.objects.filter(parent__isnull=False).select_related("parent"):
        families.setdefault(category.family.name, []).append((category.slug, category.name))
    return [("", [("", "Choisissez")]), *families.items()]
