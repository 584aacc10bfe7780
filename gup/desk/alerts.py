"""Cyclone alerts: the DSU declares one for a perimeter, and ends it; everybody at a desk reads them."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.models import CycloneAlert
from gup.conventions.rights import require_reviewer
from gup.desk.fields import moment
from gup.desk.people import the_user
from gup.partners.scope import is_dsu
from gup.places.models import Perimeter


class AlertForm(forms.Form):
    perimeter = forms.ModelChoiceField(
        label="Périmètre",
        queryset=Perimeter.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="Toute la commune",
    )
    started_at = moment("Depuis le")
    reason = forms.CharField(label="Motif", max_length=300, help_text="Par exemple : vigilance rouge de la préfecture.")


class EndForm(forms.Form):
    ended_at = moment("Fin de la vigilance")


@login_required
def alerts(request: HttpRequest) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    form = AlertForm(request.POST if request.method == "POST" else None, initial={"started_at": _minute(now)})
    if request.method == "POST":
        require_reviewer(user)
        if form.is_valid() and _declared(form, request, now):
            return redirect("alerts")
    return _page(request, form=form, status=400 if request.method == "POST" else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    require_reviewer(user)
    alert = get_object_or_404(CycloneAlert, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            end_alert(alert, ended_at=form.cleaned_data["ended_at"], by=user, at=now)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages[0])
        else:
            messages.success(request, "Vigilance terminée : les délais reprennent, avec ce qu'il leur restait.")
            return redirect("alerts")
    return _page(request, ending=(alert.pk, form), status=400)


def _declared(form: AlertForm, request: HttpRequest, now: datetime) -> bool:
    try:
        declare_alert(**form.cleaned_data, by=the_user(request), at=now)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    messages.success(
        request, "Vigilance déclarée : les délais concernés sont suspendus, dans quelques secondes partout."
    )
    return True


def _page(
    request: HttpRequest,
    *,
    form: AlertForm | None = None,
    ending: tuple[int, EndForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    found = CycloneAlert.objects.select_related("perimeter", "declared_by", "end_declared_by")
    context = {
        "form": form or AlertForm(initial={"started_at": _minute(now)}),
        "running": [
            (alert, ending[1] if ending and ending[0] == alert.pk else EndForm(initial={"ended_at": _minute(now)}))
            for alert in found.filter(ended_at__isnull=True)
        ],
        "past": found.filter(ended_at__isnull=False)[:50],
        "may_declare": is_dsu(the_user(request)),
    }
    return render(request, "desk/alerts.html", context, status=status)


def _minute(now: datetime) -> datetime:
    """The minute a form proposes, where the browser shows it."""
    return timezone.localtime(now).replace(second=0, microsecond=0)
