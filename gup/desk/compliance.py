"""Held and missed, by party and month: three rates side by side, each figure opening the clocks it counts."""

from datetime import date, datetime

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gup.desk.people import the_user
from gup.partners.enums import Role
from gup.partners.models import Organisation
from gup.partners.scope import DSU_ROLES, has_role
from gup.reports.decided import CLOCK_LISTS, clocks_visible_to, decided_in, rates_by_party, verdicts
from gup.service_levels.compliance import month_bounds
from gup.service_levels.stages import Verdict

VERDICTS = {"held": Verdict.HELD, "missed": Verdict.MISSED}


class MonthForm(forms.Form):
    month = forms.DateField(
        label="Mois",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    party = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.all(), to_field_name="slug", required=False
    )
    verdict = forms.ChoiceField(choices=[(each, each) for each in VERDICTS], required=False)


@login_required
def compliance(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, DSU_ROLES | {Role.MANAGER, Role.COMMITTEE}):
        raise PermissionDenied
    form, month, now = _asked(request)
    parties = rates_by_party(clocks_visible_to(user), month, timezone=settings.TIME_ZONE, now=now)
    context = {"form": form, "month": month, "parties": parties, "published_only": has_role(user, [Role.COMMITTEE])}
    context["may_simulate"] = has_role(user, DSU_ROLES)
    return render(request, "desk/compliance.html", context, status=200 if form.is_valid() else 400)


@login_required
def clocks(request: HttpRequest) -> HttpResponse:
    """The list behind a figure: the same query, the same verdicts. Confidential incidents are counted, not named."""
    user = the_user(request)
    if not has_role(user, DSU_ROLES | {Role.MANAGER}):
        raise PermissionDenied
    form, month, now = _asked(request)
    found = decided_in(clocks_visible_to(user), month, timezone=settings.TIME_ZONE, now=now)
    party = form.cleaned_data.get("party") if form.is_valid() else None
    if party is not None:
        found = found.filter(party=party)
    start, end = month_bounds(month, settings.TIME_ZONE)
    wanted = VERDICTS.get(form.cleaned_data.get("verdict", "")) if form.is_valid() else None
    rows = [(clock, verdicts(clock, start, end)) for clock in found.select_related(*CLOCK_LISTS).order_by("due_at")]
    rows = [(clock, each) for clock, each in rows if each.contractual and wanted in (None, each.contractual)]
    context = {"rows": rows, "month": month, "party": party, "verdict": wanted}
    return render(request, "desk/compliance_clocks.html", context, status=200 if form.is_valid() else 400)


def _asked(request: HttpRequest) -> tuple[MonthForm, date, datetime]:
    """The month that was asked for; without one, the month we are in, where Le Lamentin is."""
    now = timezone.now()
    this_month = timezone.localdate(now).replace(day=1)
    form = MonthForm(request.GET or {"month": f"{this_month:%Y-%m}"})
    asked = form.cleaned_data.get("month") if form.is_valid() else None
    return form, asked or this_month, now
