"""A phone's life: enrolled by a code of one use, known by its token, revoked from the desk."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from gup.partners.audit import note
from gup.partners.device_models import Device, DeviceQuerySet, EnrolmentCode
from gup.partners.enums import Role
from gup.partners.models import Membership, User
from gup.partners.scope import has_role, memberships_of
from gup.places.tokens import readable_code, secret_hash

CODE_LIFE = timedelta(minutes=15)
# 27 signs, ten times: 47 bits. Within a quarter of an hour nobody guesses one over the network.
CODE_LENGTH = 10
MAX_NAME = 80
MAX_DEVICES = 10
# Who was seen when is told to the minute: the row is not written at each request.
SEEN_AGAIN_AFTER = timedelta(minutes=1)


def issue_code(user: User, *, by: User, at: datetime) -> str:
    """A new code for `user`, good for 15 minutes from `at` (UTC); the one before it is good no more.

    Raises PermissionDenied unless `by` is that person or administers her.
    """
    if not may_manage(by, user):
        raise PermissionDenied("Vous ne pouvez pas associer un appareil pour cette personne.")
    at = at.replace(microsecond=0)
    code = readable_code(CODE_LENGTH)
    with transaction.atomic():
        EnrolmentCode.objects.filter(user=user, used_at=None).delete()
        EnrolmentCode.objects.create(user=user, code_hash=secret_hash(code), made_at=at, expires_at=at + CODE_LIFE)
        note(actor=by.email, action="code d'appareil", subject=user.email, at=at)
    return code


def enrol(code: str, *, name: str, at: datetime) -> tuple[Device, str]:
    """The phone that gave the code, and its token, told this once. Raises ValidationError that names the field."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise ValidationError({"name": f"Donnez un nom à l'appareil, {MAX_NAME} caractères au plus."})
    at = at.replace(microsecond=0)
    given = "".join(sign for sign in code.upper() if sign.isalnum())
    with transaction.atomic():
        codes = EnrolmentCode.objects.filter(code_hash=secret_hash(given), expires_at__gt=at, user__is_active=True)
        if not codes.filter(used_at=None).update(used_at=at):
            raise ValidationError(
                {"code": "Ce code est faux, déjà utilisé ou trop ancien : demandez-en un autre depuis votre compte."}
            )
        user = codes.select_related("user").get().user
        if user.devices.in_service().count() >= MAX_DEVICES:
            raise ValidationError({"code": f"Cette personne a déjà {MAX_DEVICES} appareils : révoquez-en un d'abord."})
        token = secrets.token_urlsafe(32)
        device = Device.objects.create(
            user=user, name=name, token_hash=secret_hash(token), enrolled_at=at, last_seen_at=at
        )
        note(actor=user.email, action="appareil associé", subject=f"{user.email} · {name}", at=at)
    return device, token


def device_of(token: str, *, at: datetime) -> Device | None:
    """The phone that holds this token, revoked or not; None for a token that nobody holds."""
    device = Device.objects.select_related("user").filter(token_hash=secret_hash(token)).first()
    if device is not None and device.revoked_at is None and at - device.last_seen_at > SEEN_AGAIN_AFTER:
        Device.objects.filter(pk=device.pk).update(last_seen_at=at.replace(microsecond=0))
    return device


def revoke(device: Device, *, by: User, at: datetime) -> None:
    """Its token opens nothing from `at` on. Raises PermissionDenied, or ValidationError if it was revoked already."""
    if not may_manage(by, device.user):
        raise PermissionDenied("Vous ne pouvez pas révoquer cet appareil.")
    at = at.replace(microsecond=0)
    with transaction.atomic():
        if not Device.objects.in_service().filter(pk=device.pk).update(revoked_at=at, revoked_by=by):
            raise ValidationError("Cet appareil est déjà révoqué.")
        note(actor=by.email, action="appareil révoqué", subject=f"{device.user.email} · {device.name}", at=at)


def people_managed_by(by: User) -> QuerySet[User]:
    """Those whose phones a person looks after: her own; a bailleur's manager, her team's; the administration, all."""
    if has_role(by, [Role.ADMINISTRATOR]):
        return User.objects.all()
    teams = [each.organisation_id for each in memberships_of(by) if each.role == Role.MANAGER]
    agents = Membership.objects.filter(organisation__in=teams, role=Role.AGENT, is_active=True)
    return User.objects.filter(Q(pk=by.pk) | Q(pk__in=agents.values("user")))


def devices_managed_by(by: User) -> DeviceQuerySet:
    return Device.objects.filter(user__in=people_managed_by(by)).select_related("user")


def may_manage(by: User, user: User) -> bool:
    return by.is_active and people_managed_by(by).filter(pk=user.pk).exists()
