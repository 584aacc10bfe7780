"""The people of the product: the list, and the page where each one's roles and account are looked after."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.invitations import RoleForm
from gup.desk.people import the_user
from gup.partners.account_life import deactivate, reactivate
from gup.partners.enums import Role
from gup.partners.invitations import invitations_managed_by
from gup.partners.membership_edits import end_membership, give_role, resume_membership, set_patch
from gup.partners.models import Membership, User
from gup.partners.teams import (
    administers_everybody,
    administers_somebody,
    may_close_account,
    memberships_administered_by,
    people_administered_by,
)
from gup.places.models import Residence

PER_PAGE = 30
SHOWN_INVITATIONS = 100
STATES = [("", "Toutes"), ("active", "Actives"), ("closed", "Désactivées")]


class PersonFilter(forms.Form):
    q = forms.CharField(label="Rechercher", max_length=200, required=False, help_text="Nom, adresse ou organisation.")
    role = forms.ChoiceField(label="Rôle", choices=[("", "Tous"), *Role.choices], required=False)
    state = forms.ChoiceField(label="Compte", choices=STATES, required=False)


class PatchForm(forms.Form):
    residences = forms.ModelMultipleChoiceField(
        label="Secteur",
        queryset=Residence.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : toutes les résidences du bailleur.",
    )

    def __init__(self, membership: Membership, data: object = None) -> None:
        super().__init__(data, initial={"residences": membership.residences.all()})  # type: ignore[arg-type]
        managed = membership.organisation.managements.on(timezone.localdate())
        self.fields["residences"].queryset = Residence.objects.filter(  # type: ignore[attr-defined]
            pk__in=managed.values("residence")
        )


@login_required
def people(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not administers_somebody(user):
        raise PermissionDenied
    form = PersonFilter(request.GET)
    found = people_administered_by(user)
    found = _filtered(found, form) if form.is_valid() else found.none()
    found = found.prefetch_related("memberships__organisation").order_by("full_name", "email").distinct()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "everybody": administers_everybody(user),
        "invitations": invitations_managed_by(user).open()[:SHOWN_INVITATIONS],
        "now": timezone.now(),
    }
    return render(request, "desk/people.html", context, status=200 if form.is_valid() else 400)


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; an administrator gives her one more role from here."""
    by = the_user(request)
    shown = get_object_or_404(people_administered_by(by), pk=pk)
    form = RoleForm(by, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not administers_everybody(by):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            give_role(shown, **form.cleaned_data, by=by, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Rôle donné.")
            return redirect("person", pk=pk)
    own = set(memberships_administered_by(by).filter(user=shown).values_list("pk", flat=True))
    memberships = shown.memberships.select_related("organisation").prefetch_related("residences").order_by("id")
    context = {
        "person": shown,
        "roles": [(each, each.role == Role.AGENT) for each in memberships if each.pk in own],
        "elsewhere": len([each for each in memberships if each.pk not in own]),
        "may_close": may_close_account(by, shown) and shown != by,
        "everybody": administers_everybody(by),
        "form": form,
    }
    return render(request, "desk/person.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    by = the_user(request)
    shown = get_object_or_404(people_administered_by(by), pk=pk)
    try:
        deactivate(shown, by=by, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Compte de {shown} désactivé : ses sessions et ses appareils n'ouvrent plus rien.")
    return redirect("person", pk=pk)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    by = the_user(request)
    shown = get_object_or_404(people_administered_by(by), pk=pk)
    try:
        reactivate(shown, by=by, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Compte de {shown} réactivé. Ses téléphones sont à associer de nouveau.")
    return redirect("person", pk=pk)


@login_required
def patch(request: HttpRequest, pk: int) -> HttpResponse:
    by = the_user(request)
    membership = get_object_or_404(memberships_administered_by(by).filter(role=Role.AGENT), pk=pk)
    form = PatchForm(membership, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            set_patch(membership, form.cleaned_data["residences"], by=by, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Secteur enregistré.")
            return redirect("person", pk=membership.user_id)
    context = {"form": form, "membership": membership}
    return render(request, "desk/membership_patch.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    by = the_user(request)
    membership = get_object_or_404(memberships_administered_by(by), pk=pk)
    try:
        end_membership(membership, by=by, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, "Rôle terminé : il n'ouvre plus rien.")
    return redirect("person", pk=membership.user_id)


@login_required
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    by = the_user(request)
    membership = get_object_or_404(memberships_administered_by(by), pk=pk)
    try:
        resume_membership(membership, by=by, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, "Rôle repris.")
    return redirect("person", pk=membership.user_id)


def _filtered(found: QuerySet[User], form: PersonFilter) -> QuerySet[User]:
    asked = form.cleaned_data
    if asked["role"]:
        found = found.filter(memberships__role=asked["role"], memberships__is_active=True)
    if asked["state"]:
        found = found.filter(is_active=asked["state"] == "active")
    if text := asked["q"].strip():
        by_place = Q(memberships__organisation__name__icontains=text)
        found = found.filter(Q(full_name__icontains=text) | Q(email__icontains=text) | by_place)
    return found
