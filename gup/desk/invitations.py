"""Somebody is invited by e-mail, and opens her own account from the letter."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gup.desk.people import the_user
from gup.notifications.invitations import invite, invite_again
from gup.partners.enums import Role
from gup.partners.invitations import MAX_NAME, accept, invitation_of, invitations_managed_by, withdraw
from gup.partners.models import Organisation, User
from gup.partners.scope import places_of
from gup.partners.teams import administers_everybody, administers_somebody, organisations_staffed_by, roles_given_by
from gup.places.models import Residence


class RoleForm(forms.Form):
    """A role to give: where, which, and for an agent within what."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )
    role = forms.TypedChoiceField(label="Rôle", coerce=Role)
    residences = forms.ModelMultipleChoiceField(
        label="Secteur",
        queryset=Residence.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pour un agent seulement. Rien de coché : toutes les résidences de son bailleur.",
    )

    def __init__(self, by: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["organisation"].queryset = organisations_staffed_by(by)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.value, role.label) for role in roles_given_by(by)]  # type: ignore[attr-defined]
        self.fields["residences"].queryset = places_of(by)  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    email = forms.EmailField(label="Adresse e-mail", max_length=254)
    field_order = ["email", "organisation", "role", "residences"]


class AccountForm(forms.Form):
    full_name = forms.CharField(
        label="Votre nom", max_length=MAX_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=128,
        strip=False,
        help_text="12 caractères au moins. Une phrase de quelques mots va bien.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Mot de passe, encore une fois",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", "Ce n'est pas le même mot de passe.")
        return given


@login_required
def invite_somebody(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not administers_somebody(user):
        raise PermissionDenied
    form = InvitationForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invite(**form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"Invitation envoyée à {form.cleaned_data['email']}. Elle vaut sept jours.")
            return redirect("people")
    context = {"form": form, "everybody": administers_everybody(user)}
    return render(request, "desk/invitation_new.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_user(request)
    invitation = get_object_or_404(invitations_managed_by(user), pk=pk)
    try:
        invite_again(invitation, by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Un nouveau lien part vers {invitation.email} ; l'ancien ne vaut plus.")
    return redirect("people")


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_user(request)
    invitation = get_object_or_404(invitations_managed_by(user), pk=pk)
    try:
        withdraw(invitation, by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Invitation de {invitation.email} annulée : son lien ne vaut plus.")
    return redirect("people")


@sensitive_post_parameters("password", "again")
@never_cache
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of the letter: whoever holds the link sets her name and her password."""
    invitation = invitation_of(secret, at=timezone.now())
    if invitation is None:
        return render(request, "desk/invitation_over.html", status=404)
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            accept(secret, full_name=given["full_name"], password=given["password"], at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Votre compte est ouvert : connectez-vous avec votre adresse et ce mot de passe.")
            return redirect("account_login")
    context = {"form": form, "invitation": invitation}
    return render(request, "desk/invitation.html", context, status=400 if form.errors else 200)
