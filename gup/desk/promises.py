"""What was promised beyond delays, month by month: each figure opens the list behind it."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment, Convention
from gup.desk.people import the_user
from gup.inspections.judging import month_of
from gup.inspections.lines import KindsMonth
from gup.inspections.models import Milestone, Passage, Walk
from gup.inspections.rights import RECORDING_ROLES, correctable, speaks_for
from gup.inspections.visibility import conventions_judged_for, lines_visible_to
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import DSU_ROLES, has_role
from gup.service_levels.periods import month_span

PER_PAGE = 30
# The pages of these kinds list what was recorded; those of the others list incidents and clocks.
NEW_RECORD = {
    CommitmentKind.RECURRENCE: "passage-new",
    CommitmentKind.QUALITY_LEVEL: "walk-new",
    CommitmentKind.ACTION_MILESTONE: "milestone-new",
}


class PromisesForm(forms.Form):
    convention = forms.ModelChoiceField(
        label="Convention", queryset=Convention.objects.none(), to_field_name="slug", required=False, empty_label=None
    )
    month = forms.DateField(
        label="Mois",
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )


@login_required
def promises(request: HttpRequest) -> HttpResponse:
    """One convention's month: a row a commitment."""
    user, now = the_user(request), timezone.now()
    conventions = conventions_judged_for(user).select_related("organisation").order_by("is_annex", "name")
    if not has_role(user, RECORDING_ROLES):
        raise PermissionDenied
    form = PromisesForm(_with_defaults(request, conventions, now))
    form.fields["convention"].queryset = conventions  # type: ignore[attr-defined]
    is_valid = form.is_valid()
    convention = form.cleaned_data.get("convention") if is_valid else None
    month = (form.cleaned_data.get("month") if is_valid else None) or _this_month(now)
    found = _seen(user, convention, month, now) if convention else None
    context = {
        "form": form,
        "month": month,
        "kinds": _by_kind(found) if found else [],
        "may_review": has_role(user, DSU_ROLES | {Role.MANAGER}),
    }
    return render(request, "desk/promises.html", context, status=200 if is_valid else 400)


@login_required
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment's month: its verdicts one by one, and what was recorded of it."""
    user, now = the_user(request), timezone.now()
    binding = Commitment.objects.filter(
        version__convention__in=conventions_judged_for(user), version__activated_at__isnull=False
    ).exclude(kind=CommitmentKind.DELAY)
    commitment = get_object_or_404(binding.select_related("version__convention__organisation", "responsible"), pk=pk)
    form = PromisesForm(request.GET)
    del form.fields["convention"]
    is_valid = form.is_valid()
    month = (form.cleaned_data.get("month") if is_valid else None) or _this_month(now)
    found = _seen(user, commitment.version.convention, month, now)
    page = Paginator(_records(user, commitment, month), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "commitment": commitment,
        "form": form,
        "month": month,
        "lines": [line for line in found.lines if line.commitment_id == commitment.pk],
        "page": page,
        "correctable": correctable(user, page.object_list),
        "query": f"month={month:%Y-%m}",
        "new_record": NEW_RECORD.get(CommitmentKind(commitment.kind), ""),
        "may_record": speaks_for(user, commitment, None) is not None,
    }
    return render(request, "desk/promise.html", context, status=200 if is_valid else 400)


def _seen(user: User, convention: Convention, month: date, now: datetime) -> KindsMonth:
    return lines_visible_to(user, month_of(convention, month, now))


def _by_kind(found: KindsMonth) -> list[tuple[str, list[Any]]]:
    """The promises under the French name of their kind, in the order of the kinds."""
    grouped: dict[str, list[Any]] = {}
    for each in found.promises():
        grouped.setdefault(each.kind.label, []).append(each)
    return list(grouped.items())


def _records(user: User, commitment: Commitment, month: date) -> QuerySet[Any] | list[Any]:
    """What was recorded in the month and in the weeks that end in it, corrections and all, newest first."""
    same = {"commitment__version__convention": commitment.version.convention_id, "commitment__label": commitment.label}
    signed = ("commitment", "recorded_by", "organisation", "correction", "corrects")
    span = month_span(month)
    if commitment.kind == CommitmentKind.RECURRENCE:
        convention = commitment.version.convention
        start, end = convention.starts(span.first - timedelta(days=6)), convention.starts(span.day_after)
        passages = Passage.objects.visible_to(user).filter(**same, at__gte=start, at__lt=end)
        return passages.select_related("residence", "spot", *signed).order_by("-at", "-id")
    if commitment.kind == CommitmentKind.QUALITY_LEVEL:
        walks = Walk.objects.visible_to(user).filter(
            **same, walked_on__gte=date(month.year, 1, 1), walked_on__lte=span.last
        )
        return walks.select_related("residence", *signed).order_by("-walked_on", "-id")
    if commitment.kind == CommitmentKind.ACTION_MILESTONE:
        return Milestone.objects.visible_to(user).filter(**same).select_related(*signed).order_by("-id")
    return []


def _with_defaults(request: HttpRequest, conventions: QuerySet[Convention], now: datetime) -> dict[str, str]:
    """What was asked; where nothing was, the first convention and the month we are in."""
    first = conventions.first()
    defaults = {"convention": first.slug if first else "", "month": f"{_this_month(now):%Y-%m}"}
    return {**defaults, **{name: value for name, value in request.GET.dict().items() if value}}


def _this_month(now: datetime) -> date:
    return timezone.localdate(now).replace(day=1)
