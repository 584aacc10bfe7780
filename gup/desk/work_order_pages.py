"""The desk's side of a company's work: giving it, showing its link again, withdrawing it."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gup.desk.fields import moment
from gup.desk.people import the_user
from gup.desk.qr_picture import drawn
from gup.incidents.errors import Refused, Stale
from gup.incidents.lifecycle import DSU, HANDLER, capacities_of
from gup.incidents.models import Incident, WorkOrder
from gup.incidents.work_orders import DEFAULT_LIFE, give, is_alive, link_of, may_give, revoke
from gup.partners.models import User


class OrderForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    company = forms.CharField(label="Entreprise", max_length=120)
    email = forms.EmailField(
        label="Adresse e-mail", required=False, help_text="Le lien y est envoyé ; sans adresse, vous le transmettez."
    )
    request = forms.CharField(
        label="Ce qui est demandé",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L'entreprise lit ces mots, le lieu et les photos d'avant ; ni le signalant, ni l'historique.",
    )
    expires_at = moment("Lien valable jusqu'au", required=False, help_text="Sans date : quatorze jours.")


@login_required
def new_order(request: HttpRequest, ref: str) -> HttpResponse:
    user = the_user(request)
    incident = _incident(user, ref)
    if not may_give(incident, user):
        raise Http404
    form = OrderForm(request.POST or None, initial={"version": incident.version})
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, incident, form, status=400 if request.method == "POST" else 200)
    given = dict(form.cleaned_data)
    try:
        with transaction.atomic():
            incident.expect_version(given.pop("version"))
            order = give(incident, by=user, at=timezone.now(), **given)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        # Shown again, to be sent on what is now: the page that she sends next is up to date.
        data = request.POST.copy()
        data["version"] = str(_incident(user, ref).version)
        form.data = data
        return _form_page(request, incident, form, status=409 if isinstance(refusal, Stale) else 400)
    messages.success(request, f"Intervention confiée à {order.company}.")
    return redirect("work-order", ref=ref, order_uuid=order.uuid)


@never_cache
@login_required
def order(request: HttpRequest, ref: str, order_uuid: uuid.UUID) -> HttpResponse:
    """One order, and its link while it opens something, for those who may give it."""
    user = the_user(request)
    found = _order(user, ref, order_uuid)
    now = timezone.now()
    link = link_of(found) if is_alive(found, now) else ""
    context = {
        "incident": found.incident,
        "order": found,
        "state": found.state(now),
        "link": link,
        "picture": drawn(link) if link else "",
        "may_revoke": found.revoked_at is None,
    }
    return render(request, "desk/work_order.html", context)


@login_required
@require_POST
def revoke_order(request: HttpRequest, ref: str, order_uuid: uuid.UUID) -> HttpResponse:
    user = the_user(request)
    found = _order(user, ref, order_uuid)
    try:
        revoke(found, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Retirée : le lien de {found.company} n'ouvre plus rien.")
    return redirect("incident", ref=ref)


def orders_of(incident: Incident, user: User) -> list[tuple[WorkOrder, str]]:
    """What the incident's page lists, for those who may give or withdraw an order."""
    if not capacities_of(incident, user) & {HANDLER, DSU}:
        return []
    now = timezone.now()
    return [(each, each.state(now).value) for each in incident.work_orders.all()]


def _incident(user: User, ref: str) -> Incident:
    found: Incident = get_object_or_404(Incident.objects.visible_to(user).for_lists(), ref=ref)
    return found


def _order(user: User, ref: str, order_uuid: uuid.UUID) -> WorkOrder:
    incident = _incident(user, ref)
    if not capacities_of(incident, user) & {HANDLER, DSU}:
        raise Http404
    found = get_object_or_404(incident.work_orders.select_related("given_by", "organisation"), uuid=order_uuid)
    found.incident = incident
    return found


def _form_page(request: HttpRequest, incident: Incident, form: OrderForm, *, status: int) -> HttpResponse:
    context = {"incident": incident, "form": form, "until": timezone.now() + DEFAULT_LIFE}
    return render(request, "desk/work_order_new.html", context, status=status)
