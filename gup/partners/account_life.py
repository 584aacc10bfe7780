"""An account closed and opened again. Closed, nothing that was open stays open: sessions, phones, tokens, codes."""

from datetime import datetime

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from gup.partners.audit import note
from gup.partners.enums import OrganisationKind, Role
from gup.partners.membership_edits import add_membership
from gup.partners.models import Organisation, User
from gup.partners.teams import KINDS_OF_ROLE, may_close_account


def open_account(
    email: str, *, full_name: str, password: str, organisation: Organisation, role: Role, at: datetime
) -> User:
    """An account made by whoever runs the machine: the first one, that invites the others.

    Raises ValidationError that names the field at fault; nothing is written then.
    """
    email, full_name = email.strip().lower(), " ".join(full_name.split())
    user = User(email=email, full_name=full_name)
    user.set_unusable_password()
    user.full_clean()
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from weak
    if OrganisationKind(organisation.kind) not in KINDS_OF_ROLE[role]:
        raise ValidationError({"role": f"« {role.label} » ne se donne pas dans « {organisation} »."})
    with transaction.atomic():
        user = User.objects.create_user(email, password, full_name=full_name)
        add_membership(user, organisation, role, [], at=at)
        note(
            actor="exploitant", action="compte ouvert", subject=f"{email} · {role.label} · {organisation}"[:200], at=at
        )
    return user


def deactivate(user: User, *, by: User, at: datetime) -> None:
    """Raises PermissionDenied; ValidationError for oneself, or an account that is closed already."""
    _require(by, user)
    if user.pk == by.pk:
        raise ValidationError("On ne désactive pas son propre compte : une autre personne le fait.")
    at = at.replace(microsecond=0)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise ValidationError("Ce compte est déjà désactivé.")
        end_sessions(user, at=at)
        user.devices.in_service().update(revoked_at=at, revoked_by=by)
        user.enrolment_codes.filter(used_at=None).delete()
        apps.get_model("authtoken", "Token").objects.filter(user=user).delete()
        note(actor=by.email, action="compte désactivé", subject=user.email, at=at)


def reactivate(user: User, *, by: User, at: datetime) -> None:
    """The password opens it again; phones are associated anew. Raises PermissionDenied, ValidationError."""
    _require(by, user)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            raise ValidationError("Ce compte est déjà actif.")
        note(actor=by.email, action="compte réactivé", subject=user.email, at=at)


def end_sessions(user: User, *, at: datetime) -> int:
    """Log a person out everywhere; returns from how many browsers.

    Reads every open session: there are few hundreds, and none may be missed.
    """
    key = str(user.pk)
    of_user = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get("_auth_user_id") == key
    ]
    Session.objects.filter(pk__in=of_user).delete()
    return len(of_user)


def _require(by: User, user: User) -> None:
    if not may_close_account(by, user):
        raise PermissionDenied("Vous ne pouvez pas ouvrir ni fermer ce compte.")
