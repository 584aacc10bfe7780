"""Held and missed: three rates side by side, by organisation, quartier, family, stage or month."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gup.conventions.enums import StageChoice
from gup.conventions.models import Category, Convention
from gup.conventions.visibility import conventions_visible_to
from gup.desk.people import the_user
from gup.incidents.models import Clock
from gup.partners.enums import Role
from gup.partners.models import Organisation, User
from gup.partners.scope import DSU_ROLES, has_role, is_dsu, places_of
from gup.places.models import Quartier
from gup.reports.decided import clocks_visible_to
from gup.reports.review import Account, Dimension, Line, Review, by_month, narrowed, reviewed
from gup.service_levels.stages import Verdict

VERDICTS = {"held": Verdict.HELD, "missed": Verdict.MISSED}
CLOCK_READERS = DSU_ROLES | {Role.MANAGER}


class ReviewForm(forms.Form):
    """Only what this person may count can be asked: another bailleur's name is a value that no list has."""

    month = forms.DateField(
        label="Mois",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    by = forms.ChoiceField(label="Par", choices=Dimension.choices, required=False)
    party = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="Toutes",
    )
    quartier = forms.ModelChoiceField(
        label="Quartier", queryset=Quartier.objects.none(), to_field_name="slug", required=False, empty_label="Tous"
    )
    family = forms.ModelChoiceField(
        label="Famille",
        queryset=Category.objects.filter(parent__isnull=True),
        to_field_name="slug",
        required=False,
        empty_label="Toutes",
    )
    stage = forms.ChoiceField(label="Étape", choices=[("", "Toutes"), *StageChoice.choices], required=False)
    convention = forms.ModelChoiceField(
        label="Convention",
        queryset=Convention.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="Toutes",
    )
    rate = forms.ChoiceField(choices=Account.choices, required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[(each, each) for each in VERDICTS], required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        self.fields["party"].queryset = _parties(user)  # type: ignore[attr-defined]
        self.fields["convention"].queryset = conventions_visible_to(user)  # type: ignore[attr-defined]
        quartiers = Quartier.objects.filter(residences__in=places_of(user)).distinct().order_by("name")
        self.fields["quartier"].queryset = quartiers  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks the review; where it is wrong, the month we are in and nothing narrowed."""

    form: ReviewForm
    month: date
    now: datetime
    by: Dimension
    wanted: dict[Dimension, str]
    account: Account
    verdict: Verdict | None

    def clocks(self, user: User) -> QuerySet[Clock]:
        clocks = clocks_visible_to(user) if self.form.is_valid() else Clock.objects.none()
        return narrowed(clocks, self.wanted)

    def review(self, user: User) -> Review:
        return reviewed(self.clocks(user), self.month, timezone=settings.TIME_ZONE, now=self.now)

    def address(self, values: dict[Dimension, str]) -> str:
        """The list of the clocks behind a line of these values, whichever its figure."""
        kept = {Dimension.MONTH: f"{self.month:%Y-%m}"} | self.wanted | values
        query = QueryDict(mutable=True)
        query.update({name.value: value for name, value in kept.items() if value})
        return f"{reverse('compliance-clocks')}?{query.urlencode()}"


@login_required
def compliance(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, CLOCK_READERS | {Role.COMMITTEE}):
        raise PermissionDenied
    asked = asked_of(request, user)
    review = asked.review(user)
    context = {
        "form": asked.form,
        "month": asked.month,
        "dimension": asked.by,
        "lines": [(line, asked.address({asked.by: line.value})) for line in _lines(asked, review, user)],
        "gaps": [
            (gap, asked.address({Dimension.CONVENTION: gap.slug, Dimension.STAGE: gap.line.value}))
            for gap in review.gaps()
        ],
        "published_only": not has_role(user, CLOCK_READERS),
        "may_simulate": has_role(user, DSU_ROLES),
    }
    return render(request, "desk/compliance.html", context, status=200 if asked.form.is_valid() else 400)


def asked_of(request: HttpRequest, user: User) -> Asked:
    """Without a month, the one we are in where Le Lamentin is."""
    now = timezone.now()
    this_month = timezone.localdate(now).replace(day=1)
    given = request.GET.copy()
    given["month"] = given.get("month") or f"{this_month:%Y-%m}"
    given["by"] = given.get("by") or Dimension.PARTY.value
    form = ReviewForm(given, user)
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    narrowing = {each: said.get(each.value) for each in Dimension if each != Dimension.MONTH}
    return Asked(
        form=form,
        month=said.get("month") or this_month,
        now=now,
        by=Dimension(said.get("by") or Dimension.PARTY),
        wanted={each: getattr(value, "slug", value) or "" for each, value in narrowing.items()},
        account=Account(said.get("rate") or Account.CONTRACTUAL),
        verdict=VERDICTS.get(said.get("verdict", "")),
    )


def _lines(asked: Asked, review: Review, user: User) -> list[Line]:
    if asked.by == Dimension.MONTH:
        return by_month(asked.clocks(user), asked.month, timezone=settings.TIME_ZONE, now=asked.now)
    return review.by(asked.by)


def _parties(user: User) -> QuerySet[Organisation]:
    """Those that have promised something, among those whose clocks this person may count."""
    promising = Organisation.objects.filter(commitments__isnull=False).distinct()
    if is_dsu(user):
        return promising
    own = user.memberships.filter(is_active=True, role=Role.MANAGER).values("organisation")
    return promising.filter(pk__in=own)
