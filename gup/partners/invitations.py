"""An invitation's life: made by the DSU or by a manager for her team, accepted once, or withdrawn."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from gup.partners.audit import note
from gup.partners.enums import Role
from gup.partners.invitation_models import Invitation, InvitationQuerySet
from gup.partners.membership_edits import add_membership, checked_patch, require_may_give
from gup.partners.models import Organisation, User
from gup.partners.teams import administers_everybody, organisations_staffed_by
from gup.places.models import Residence
from gup.places.tokens import secret_hash

LIFE = timedelta(days=7)
MAX_NAME = 120
_OPEN_ALREADY = "Une invitation attend déjà à cette adresse : renvoyez-la, ou annulez-la d'abord."
_HAS_ACCOUNT = "Cette adresse a déjà un compte : le DSU donne les rôles depuis la page de la personne."


def make_invitation(
    *, email: str, organisation: Organisation, role: Role, residences: Iterable[Residence], by: User, at: datetime
) -> tuple[Invitation, str]:
    """The invitation, and the secret of its link, told this once (256 bits).

    Raises PermissionDenied, or ValidationError that names the field at fault.
    """
    require_may_give(by, organisation, role)
    patch = checked_patch(organisation, role, residences, at)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise ValidationError({"email": wrong.messages}) from wrong
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _HAS_ACCOUNT})
    at, secret = at.replace(microsecond=0), secrets.token_urlsafe(32)
    made = Invitation(email=email, organisation=organisation, role=role, token_hash=secret_hash(secret))
    made.made_at, made.made_by, made.expires_at = at, by, at + LIFE
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            made.residences.set(patch)
            note(actor=by.email, action="invitation", subject=_told(made), at=at)
    except IntegrityError as twice:
        raise ValidationError({"email": _OPEN_ALREADY}) from twice
    return made, secret


def renew_invitation(invitation: Invitation, *, by: User, at: datetime) -> str:
    """Another link, for seven days from `at`; the one before opens nothing any more. Raises ValidationError."""
    _require(by, invitation)
    at, secret = at.replace(microsecond=0), secrets.token_urlsafe(32)
    renewed = {"token_hash": secret_hash(secret), "made_at": at, "expires_at": at + LIFE, "made_by": by}
    with transaction.atomic():
        if not Invitation.objects.open().filter(pk=invitation.pk).update(**renewed):
            raise ValidationError("Cette invitation n'attend plus : elle a servi, ou elle est annulée.")
        note(actor=by.email, action="invitation renvoyée", subject=_told(invitation), at=at)
    invitation.refresh_from_db()
    return secret


def withdraw(invitation: Invitation, *, by: User, at: datetime) -> None:
    """The link opens nothing any more. Raises PermissionDenied, or ValidationError where it has ended already."""
    _require(by, invitation)
    at = at.replace(microsecond=0)
    with transaction.atomic():
        if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=at):
            raise ValidationError("Cette invitation n'attend plus : elle a servi, ou elle est annulée.")
        note(actor=by.email, action="invitation annulée", subject=_told(invitation), at=at)


def accept(secret: str, *, full_name: str, password: str, at: datetime) -> User:
    """The account, its name, its password and its role, all or nothing. Raises ValidationError that names the field."""
    at = at.replace(microsecond=0)
    invitation = invitation_of(secret, at=at)
    if invitation is None:
        raise ValidationError("Cette invitation a déjà servi, est annulée ou trop ancienne.")
    full_name = " ".join(full_name.split())
    if not 0 < len(full_name) <= MAX_NAME:
        raise ValidationError({"full_name": f"Écrivez votre nom, {MAX_NAME} caractères au plus."})
    try:
        validate_password(password, User(email=invitation.email, full_name=full_name))
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from weak
    patch = list(invitation.residences.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            if not Invitation.objects.usable(at).filter(pk=invitation.pk).update(accepted_at=at):
                raise ValidationError("Cette invitation vient de servir.")
            user = User.objects.create_user(invitation.email, password, full_name=full_name)
            add_membership(user, invitation.organisation, Role(invitation.role), patch, at=at)
            note(actor=user.email, action="invitation acceptée", subject=_told(invitation), at=at)
    except IntegrityError as twice:
        raise ValidationError("Un compte existe déjà avec cette adresse : connectez-vous.") from twice
    return user


def invitation_of(secret: str, *, at: datetime) -> Invitation | None:
    """The invitation that this link opens at `at`; None for a link that is false, used, withdrawn or too old."""
    usable = Invitation.objects.usable(at).select_related("organisation", "made_by")
    return usable.filter(token_hash=secret_hash(secret)).first()


def invitations_managed_by(by: User) -> InvitationQuerySet:
    invitations = Invitation.objects.select_related("organisation", "made_by")
    if administers_everybody(by):
        return invitations
    return invitations.filter(organisation__in=organisations_staffed_by(by), role=Role.AGENT)


def _require(by: User, invitation: Invitation) -> None:
    if not invitations_managed_by(by).filter(pk=invitation.pk).exists():
        raise PermissionDenied("Cette invitation n'est pas de votre équipe.")


def _told(invitation: Invitation) -> str:
    return f"{invitation.email} · {invitation.get_role_display()} · {invitation.organisation}"[:200]
