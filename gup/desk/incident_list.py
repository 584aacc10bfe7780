"""The list of incidents: what is filtered is what is shown, most pressing first."""

from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gup.conventions.models import Category
from gup.desk.people import the_user
from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.scope import places_of
from gup.places.models import Residence

PER_PAGE = 30
STATES = [
    ("", "Tous"),
    ("open", "Ouverts"),
    ("new", "À prendre en charge"),
    ("late", "Délai dépassé"),
    ("soon", "Échéance sous 24 h"),
    ("unbound", "Hors convention"),
    ("proposed", "Transmission proposée"),
]


class IncidentFilter(forms.Form):
    q = forms.CharField(label="Rechercher", max_length=200, required=False)
    state = forms.ChoiceField(label="Situation", choices=STATES, required=False)
    status = forms.ChoiceField(label="État", choices=[("", "Tous"), *Status.choices], required=False)
    residence = forms.ModelChoiceField(
        label="Résidence",
        queryset=Residence.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="Toutes",
    )
    family = forms.ModelChoiceField(
        label="Famille",
        queryset=Category.objects.filter(parent__isnull=True),
        to_field_name="slug",
        required=False,
        empty_label="Toutes",
    )


@login_required
def incidents(request: HttpRequest) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    form = IncidentFilter(request.GET)
    form.fields["residence"].queryset = places_of(user)  # type: ignore[attr-defined]
    found = Incident.objects.visible_to(user)
    found = _filtered(found, form, now) if form.is_valid() else found.none()
    page = Paginator(found.for_lists().by_due(), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode(), "now": now}
    return render(request, "desk/incidents.html", context, status=200 if form.is_valid() else 400)


def _filtered(found: IncidentQuerySet, form: IncidentFilter, now: datetime) -> IncidentQuerySet:
    asked = form.cleaned_data
    if asked["status"]:
        found = found.filter(status=asked["status"])
    if asked["residence"]:
        found = found.filter(residence=asked["residence"])
    if asked["family"]:
        found = found.filter(category__parent=asked["family"])
    if text := asked["q"].strip():
        found = found.filter(Q(ref__iexact=text) | Q(title__icontains=text) | Q(description__icontains=text))
    return _in_state(found, asked["state"], now)


def _in_state(found: IncidentQuerySet, state: str, now: datetime) -> IncidentQuerySet:
    if state == "open":
        return found.in_work()
    if state == "new":
        return found.filter(status__in=[Status.OPENED, Status.REOPENED])
    if state == "late":
        return found.late(now)
    if state == "soon":
        return found.in_work().filter(due_at__gte=now, due_at__lt=now + timedelta(hours=24))
    if state == "unbound":
        return found.in_work().filter(convention_version__isnull=True)
    if state == "proposed":
        return found.with_transfer_proposed()
    return found
