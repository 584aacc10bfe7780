"""Residences and their spots, one by one: what a file brings by the hundred is corrected here."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.people import the_administrator
from gup.partners.enums import OrganisationKind
from gup.partners.models import Management, Organisation
from gup.partners.place_edits import bailleur_of, save_residence, save_spot
from gup.places.enums import SpotKind
from gup.places.models import Quartier, Residence, Spot


class ResidenceForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=120)
    quartier = forms.ModelChoiceField(
        label="Quartier", queryset=Quartier.objects.all(), to_field_name="slug", empty_label="Choisir…"
    )
    bailleur = forms.ModelChoiceField(
        label="Bailleur",
        queryset=Organisation.objects.filter(kind=OrganisationKind.BAILLEUR),
        to_field_name="slug",
        required=False,
        empty_label="Aucun",
        help_text="Un autre bailleur gère la résidence à partir d'aujourd'hui ; avant, c'était l'ancien.",
    )
    dwellings = forms.IntegerField(
        label="Logements", min_value=1, max_value=32_767, required=False, help_text="Vide : inconnu."
    )


class NewResidenceForm(ResidenceForm):
    slug = forms.SlugField(
        label="Code", max_length=50, help_text="Lettres sans accent, chiffres et tirets. Il ne change plus ensuite."
    )
    field_order = ["name", "slug"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        # An address of this very page family cannot be a residence's.
        if slug in ("importer", "nouvelle") or Residence.objects.filter(slug=slug).exists():
            raise ValidationError("Ce code est déjà pris.")
        return slug


class SpotForm(forms.Form):
    name = forms.CharField(label="Nom", max_length=80)
    kind = forms.TypedChoiceField(label="Nature", choices=SpotKind.choices, coerce=SpotKind)
    parent = forms.ModelChoiceField(
        label="Dans", queryset=Spot.objects.none(), required=False, empty_label="La résidence elle-même"
    )

    def __init__(self, residence: Residence, data: object = None, initial: dict[str, object] | None = None) -> None:
        # Beside the residence's own form on one page: their fields bear the same names.
        super().__init__(data, initial=initial, auto_id="spot_%s")  # type: ignore[arg-type]
        self.fields["parent"].queryset = residence.spots.all()  # type: ignore[attr-defined]


@login_required
def residences(request: HttpRequest) -> HttpResponse:
    the_administrator(request)
    current = Management.objects.filter(until=None).select_related("bailleur")
    listed = Residence.objects.select_related("quartier").annotate(spot_count=Count("spots"))
    listed = listed.prefetch_related(Prefetch("managements", current, to_attr="current"))
    return render(request, "desk/places.html", {"residences": listed})


@login_required
def new_residence(request: HttpRequest) -> HttpResponse:
    user = the_administrator(request)
    form = NewResidenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_residence(**form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Résidence créée : ajoutez ses lieux.")
            return redirect("residence", slug=made.slug)
    return render(request, "desk/place_new.html", {"form": form}, status=400 if form.errors else 200)


@login_required
def residence(request: HttpRequest, slug: str) -> HttpResponse:
    user = the_administrator(request)
    shown = get_object_or_404(Residence.objects.select_related("quartier"), slug=slug)
    form = ResidenceForm(request.POST if request.method == "POST" else None, initial=_known(shown))
    if request.method == "POST" and form.is_valid():
        try:
            save_residence(slug, **form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Résidence enregistrée.")
            return redirect("residence", slug=slug)
    return _page(request, shown, form, SpotForm(shown))


@login_required
@require_POST
def new_spot(request: HttpRequest, slug: str) -> HttpResponse:
    user = the_administrator(request)
    shown = get_object_or_404(Residence.objects.select_related("quartier"), slug=slug)
    form = SpotForm(shown, request.POST)
    if form.is_valid():
        try:
            save_spot(shown, None, **form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, " ".join(refusal.messages))
        else:
            messages.success(request, "Lieu ajouté.")
            return redirect("residence", slug=slug)
    return _page(request, shown, ResidenceForm(initial=_known(shown)), form)


@login_required
def spot(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_administrator(request)
    shown = get_object_or_404(Spot.objects.select_related("residence"), pk=pk)
    known: dict[str, object] = {"name": shown.name, "kind": shown.kind, "parent": shown.parent_id}
    form = SpotForm(shown.residence, request.POST if request.method == "POST" else None, known)
    if request.method == "POST" and form.is_valid():
        try:
            save_spot(shown.residence, shown, **form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, " ".join(refusal.messages))
        else:
            messages.success(request, "Lieu enregistré.")
            return redirect("residence", slug=shown.residence.slug)
    context = {"form": form, "residence": shown.residence}
    return render(request, "desk/spot.html", context, status=400 if form.errors else 200)


def _known(shown: Residence) -> dict[str, object]:
    bailleur = bailleur_of(shown)
    return {
        "name": shown.name,
        "quartier": shown.quartier.slug,
        "bailleur": bailleur.slug if bailleur else "",
        "dwellings": shown.dwellings,
    }


def _page(request: HttpRequest, shown: Residence, form: ResidenceForm, spot_form: SpotForm) -> HttpResponse:
    context = {
        "residence": shown,
        "form": form,
        "spot_form": spot_form,
        "spots": shown.spots.select_related("parent"),
        "managements": shown.managements.select_related("bailleur"),
    }
    return render(request, "desk/place.html", context, status=400 if form.errors or spot_form.errors else 200)
