"""Organisations: how they are reached, who is in them, and what an association is mandated for."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.fields import day
from gup.desk.people import the_administrator
from gup.partners.enums import OrganisationKind
from gup.partners.mandates import end_mandate, give_mandate
from gup.partners.models import Mandate, Organisation
from gup.partners.organisation_edits import reach
from gup.places.models import Residence


class ReachForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=160)
    on_call_phone = forms.CharField(
        label="Téléphone d'astreinte",
        max_length=30,
        required=False,
        help_text="Montré avant tout formulaire quand quelqu'un est en danger.",
    )
    email = forms.EmailField(label="Adresse e-mail", required=False)


class MandateForm(forms.Form):
    residence = forms.ModelChoiceField(
        label="Résidence", queryset=Residence.objects.all(), to_field_name="slug", empty_label="Choisir…"
    )
    since = day("Depuis le")
    until = forms.DateField(
        label="Jusqu'au (exclu)",
        required=False,
        help_text="Vide : sans fin.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class EndForm(forms.Form):
    until = day("Dernier jour exclu")


@login_required
def organisations(request: HttpRequest) -> HttpResponse:
    the_administrator(request)
    active = Count("memberships", filter=Q(memberships__is_active=True, memberships__user__is_active=True))
    listed = Organisation.objects.annotate(members=active).order_by("kind", "name")
    return render(request, "desk/organisations.html", {"organisations": listed})


@login_required
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    user = the_administrator(request)
    shown = get_object_or_404(Organisation, slug=slug)
    known = {"name": shown.name, "on_call_phone": shown.on_call_phone, "email": shown.email}
    form = ReachForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            reach(shown, **form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Organisation enregistrée.")
            return redirect("organisation", slug=slug)
    return _page(request, shown, form, MandateForm(initial={"since": timezone.localdate()}))


@login_required
@require_POST
def mandate(request: HttpRequest, slug: str) -> HttpResponse:
    user = the_administrator(request)
    shown = get_object_or_404(Organisation, slug=slug, kind=OrganisationKind.ASSOCIATION)
    form = MandateForm(request.POST)
    if form.is_valid():
        try:
            give_mandate(shown, **form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Mandat enregistré.")
            return redirect("organisation", slug=slug)
    known = {"name": shown.name, "on_call_phone": shown.on_call_phone, "email": shown.email}
    return _page(request, shown, ReachForm(initial=known), form)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_administrator(request)
    ended = get_object_or_404(Mandate.objects.select_related("association", "residence"), pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        until = form.cleaned_data["until"]
        try:
            end_mandate(ended, until=until, by=user, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, f"Le mandat pour {ended.residence} se termine le {until:%d/%m/%Y}.")
    else:
        messages.error(request, "Donnez le jour où le mandat se termine.")
    return redirect("organisation", slug=ended.association.slug)


def _page(request: HttpRequest, shown: Organisation, form: ReachForm, mandate_form: MandateForm) -> HttpResponse:
    context = {
        "organisation": shown,
        "form": form,
        "mandate_form": mandate_form,
        "is_association": shown.kind == OrganisationKind.ASSOCIATION,
        "mandates": shown.mandates.select_related("residence"),
        "members": shown.memberships.filter(is_active=True).select_related("user").order_by("user__full_name"),
        "today": timezone.localdate(),
    }
    status = 400 if form.errors or mandate_form.errors else 200
    return render(request, "desk/organisation.html", context, status=status)
