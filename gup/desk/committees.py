"""The register of the committees: sittings, decisions, and what became of each."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.models import Convention
from gup.desk.context import REVIEWING_ROLES
from gup.desk.fields import moment
from gup.desk.people import the_user
from gup.incidents.errors import Refused
from gup.partners.models import Organisation
from gup.partners.scope import has_role, is_dsu
from gup.reports.committee_models import Decision
from gup.reports.committees import call_session, record_decision, sessions_for, settle_decision
from gup.reports.enums import Committee, Outcome

SHOWN = 40


class SessionForm(forms.Form):
    committee = forms.ChoiceField(label="Comité", choices=Committee)
    convention = forms.ModelChoiceField(
        label="Convention",
        queryset=Convention.objects.filter(is_annex=False),
        to_field_name="slug",
        required=False,
        empty_label="Toute la commune",
    )
    held_at = moment("Se réunit le")
    place = forms.CharField(label="Lieu", max_length=160, required=False)


class DecisionForm(forms.Form):
    text = forms.CharField(label="Décision", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(
        label="Confiée à", queryset=Organisation.objects.all(), to_field_name="slug", empty_label=None
    )
    due_on = forms.DateField(
        label="Pour le", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Suite", choices=[(each.value, each.label) for each in Outcome if each != Outcome.OPEN]
    )
    text = forms.CharField(label="Ce qui a été fait", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


@login_required
def committees(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, REVIEWING_ROLES):
        raise PermissionDenied
    form = SessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not is_dsu(user):
            raise PermissionDenied
        if form.is_valid():
            try:
                call_session(**form.cleaned_data, by=user, at=timezone.now())
            except Refused as refusal:
                form.add_error(refusal.field or None, refusal.message)
            else:
                messages.success(request, "Séance inscrite au registre.")
                return redirect("committees")
    return _page(request, form=form, status=400 if form.errors else 200)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_user(request)
    session = get_object_or_404(sessions_for(user), pk=pk)
    form = DecisionForm(request.POST, auto_id=f"session{session.pk}_%s")
    if form.is_valid():
        try:
            record_decision(session, by=user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "Décision inscrite.")
            return redirect("committees")
    return _page(request, failed=("session", session.pk, form), status=400)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_user(request)
    decision = get_object_or_404(Decision.objects.filter(session__in=sessions_for(user)), pk=pk)
    form = OutcomeForm(request.POST, auto_id=f"decision{decision.pk}_%s")
    if form.is_valid():
        try:
            settle_decision(decision, by=user, at=timezone.now(), on=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "Suite inscrite.")
            return redirect("committees")
    return _page(request, failed=("decision", decision.pk, form), status=400)


def _page(
    request: HttpRequest,
    *,
    form: SessionForm | None = None,
    failed: tuple[str, int, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    kind, key, wrong = failed or ("", 0, None)
    found = list(sessions_for(user).select_related("convention").prefetch_related("decisions__owner")[:SHOWN])
    context = {
        "form": form or SessionForm(),
        "to_come": [each for each in reversed(found) if each.held_at > now],
        "sessions": [
            (
                session,
                wrong if (kind, key) == ("session", session.pk) else DecisionForm(auto_id=f"session{session.pk}_%s"),
                [
                    (
                        each,
                        wrong if (kind, key) == ("decision", each.pk) else OutcomeForm(auto_id=f"decision{each.pk}_%s"),
                    )
                    for each in session.decisions.all()
                ],
            )
            for session in found
            if session.held_at <= now
        ],
        "is_dsu": is_dsu(user),
    }
    return render(request, "desk/committees.html", context, status=status)
