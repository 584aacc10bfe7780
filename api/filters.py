"""What lists can be filtered by. A filter that does not exist is refused: silence would answer another question."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.views import APIView

from api.pagination import PARAMETERS
from gup.conventions.enums import Audience, Priority, StageChoice
from gup.conventions.models import Category, Convention
from gup.conventions.visibility import conventions_visible_to
from gup.escalations.models import Escalation
from gup.incidents.clock_situations import Situation, clocks_in
from gup.incidents.enums import Status
from gup.incidents.models import Clock, Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.enums import OrganisationKind
from gup.partners.models import Organisation
from gup.partners.scope import places_of
from gup.places.enums import SpotKind
from gup.places.models import Quartier, Residence, Spot
from gup.reports.enums import ReportStatus
from gup.reports.models import Report

SITUATIONS = [choice for choice in Situation.choices if choice[0] != Situation.CANCELLED]
PLAUSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class KnownFilters(DjangoFilterBackend):
    """Only lists are filtered, and only by what they know."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """The filtered rows. Raises ValidationError naming each filter that is unknown or malformed."""
        if getattr(view, "action", "list") != "list":
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        known = {*(filterset_class.base_filters if filterset_class else ()), *PARAMETERS}
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            words = f"Ce filtre n'existe pas. Possibles : {', '.join(sorted(known))}."
            raise ValidationError({name: [words] for name in unknown[:20]})
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def _places(request: HttpRequest | None) -> QuerySet[Residence]:
    """The schema is generated without a request: it sees what nobody sees."""
    return places_of(AnonymousUser() if request is None else request.user)


def _conventions(request: HttpRequest | None) -> QuerySet[Convention]:
    return conventions_visible_to(AnonymousUser() if request is None else request.user)


# django-filter calls them with the request; its types know a queryset only.
PLACES: Any = _places
CONVENTIONS: Any = _conventions


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class ResidenceFilters(FilterSet):
    quartier = filters.ModelChoiceFilter(queryset=Quartier.objects.all(), to_field_name="slug", label="Quartier")
    bailleur = filters.CharFilter(method="managed_by", label="Bailleur en place", max_length=50)
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="Nom", max_length=120)

    class Meta:
        model = Residence
        fields: list[str] = []

    def managed_by(self, found: QuerySet[Residence], name: str, slug: str) -> QuerySet[Residence]:
        return found.filter(managements__bailleur__slug=slug, managements__until__isnull=True)


class SpotFilters(FilterSet):
    residence = filters.ModelChoiceFilter(queryset=PLACES, to_field_name="slug", label="Résidence")
    kind = filters.ChoiceFilter(choices=SpotKind.choices, label="Nature")

    class Meta:
        model = Spot
        fields: list[str] = []


class CategoryFilters(FilterSet):
    family = filters.ModelChoiceFilter(
        field_name="parent",
        queryset=Category.objects.filter(parent__isnull=True),
        to_field_name="slug",
        label="Famille",
    )

    class Meta:
        model = Category
        fields: list[str] = []


class IncidentFilters(FilterSet):
    residence = filters.ModelChoiceFilter(queryset=PLACES, to_field_name="slug", label="Résidence")
    quartier = filters.ModelChoiceFilter(
        field_name="residence__quartier", queryset=Quartier.objects.all(), to_field_name="slug", label="Quartier"
    )
    bailleur = filters.ModelChoiceFilter(
        queryset=Organisation.objects.filter(kind=OrganisationKind.BAILLEUR), to_field_name="slug", label="Bailleur"
    )
    responsible = filters.ModelChoiceFilter(
        queryset=Organisation.objects.all(), to_field_name="slug", label="Organisation qui répond"
    )
    category = filters.ModelChoiceFilter(
        queryset=Category.objects.filter(parent__isnull=False), to_field_name="slug", label="Catégorie"
    )
    family = filters.ModelChoiceFilter(
        field_name="category__parent",
        queryset=Category.objects.filter(parent__isnull=True),
        to_field_name="slug",
        label="Famille",
    )
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="État")
    priority = filters.MultipleChoiceFilter(choices=Priority.choices, label="Priorité")
    state = filters.ChoiceFilter(choices=SITUATIONS, method="with_a_clock", label="Où en est une horloge")
    stage = filters.ChoiceFilter(
        choices=StageChoice.choices, method="with_a_clock", label="Étape de l'horloge (avec ou sans « state »)"
    )
    reported_from = filters.DateFilter(
        method="reported_since", validators=PLAUSIBLE, label="Signalé à partir du jour (heure locale)"
    )
    reported_until = filters.DateFilter(
        method="reported_up_to", validators=PLAUSIBLE, label="Signalé jusqu'au jour compris (heure locale)"
    )
    q = filters.CharFilter(
        method="about", label="Mots de la référence, du titre, de la description ou du lieu", max_length=200
    )

    class Meta:
        model = Incident
        fields: list[str] = []

    def with_a_clock(self, found: IncidentQuerySet, name: str, value: str) -> IncidentQuerySet:
        """One same clock of this stage and in this state; asked twice, it is still that one clock."""
        stage, state = (self.form.cleaned_data[each] for each in ("stage", "state"))
        clocks = Clock.objects.filter(incident=OuterRef("pk"))
        if stage:
            clocks = clocks.filter(stage=stage)
        if state:
            clocks = clocks.filter(clocks_in(Situation(state), timezone.now()))
        return found.filter(Exists(clocks))

    def reported_since(self, found: IncidentQuerySet, name: str, day: date) -> IncidentQuerySet:
        return found.filter(reported_at__gte=_start_of(day))

    def reported_up_to(self, found: IncidentQuerySet, name: str, day: date) -> IncidentQuerySet:
        return found.filter(reported_at__lt=_start_of(day) + timedelta(days=1))

    def about(self, found: IncidentQuerySet, name: str, text: str) -> IncidentQuerySet:
        return found.about(text)


class EscalationFilters(FilterSet):
    incident = filters.CharFilter(field_name="incident__ref", label="Référence de l'incident", max_length=20)
    level = filters.NumberFilter(min_value=1, max_value=99, label="Niveau")
    audience = filters.ChoiceFilter(choices=Audience.choices, label="Destinataires")

    class Meta:
        model = Escalation
        fields: list[str] = []


class ReportFilters(FilterSet):
    convention = filters.ModelChoiceFilter(queryset=CONVENTIONS, to_field_name="slug", label="Convention")
    month = filters.DateFilter(input_formats=["%Y-%m"], label="Mois (AAAA-MM)")
    status = filters.ChoiceFilter(choices=ReportStatus.choices, label="État")

    class Meta:
        model = Report
        fields: list[str] = []


class RecordFilters(FilterSet):
    convention = filters.ModelChoiceFilter(
        field_name="commitment__version__convention", queryset=CONVENTIONS, to_field_name="slug", label="Convention"
    )
    commitment = filters.NumberFilter(field_name="commitment", min_value=1, max_value=2**31, label="Engagement")


class PlacedRecordFilters(RecordFilters):
    residence = filters.ModelChoiceFilter(queryset=PLACES, to_field_name="slug", label="Résidence")
