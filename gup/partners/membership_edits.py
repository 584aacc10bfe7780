"""What a person may do is changed here: a role given, narrowed to residences, ended, resumed."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gup.partners.audit import note
from gup.partners.enums import OrganisationKind, Role
from gup.partners.mandates import apply_mandates
from gup.partners.models import Membership, Organisation, User
from gup.partners.teams import (
    KINDS_OF_ROLE,
    administers_everybody,
    memberships_administered_by,
    organisations_staffed_by,
    roles_given_by,
)
from gup.places.models import Residence


def require_may_give(by: User, organisation: Organisation, role: Role) -> None:
    """Raises PermissionDenied, or ValidationError where the role is not of that kind of organisation."""
    if role not in roles_given_by(by) or not organisations_staffed_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied("Vous ne pouvez pas donner ce rôle dans cette organisation.")
    if OrganisationKind(organisation.kind) not in KINDS_OF_ROLE[role]:
        raise ValidationError({"role": f"« {role.label} » ne se donne pas dans « {organisation} »."})


def checked_patch(organisation: Organisation, role: Role, residences: Iterable[Residence], day: datetime) -> list[int]:
    """The residences an agent is limited to. Raises ValidationError for another role, or another's residence."""
    wanted = {residence.pk for residence in residences}
    if wanted and role != Role.AGENT:
        raise ValidationError({"residences": "Seul un agent est limité à des résidences ; un mandat se donne à part."})
    managed = organisation.managements.on(timezone.localdate(day)).filter(residence__in=wanted)
    if wanted - set(managed.values_list("residence", flat=True)):
        raise ValidationError({"residences": f"« {organisation} » ne gère pas toutes ces résidences aujourd'hui."})
    return sorted(wanted)


def give_role(
    user: User, organisation: Organisation, role: Role, residences: Iterable[Residence] = (), *, by: User, at: datetime
) -> Membership:
    """One more role for somebody who has an account. Raises PermissionDenied, ValidationError."""
    require_may_give(by, organisation, role)
    patch = checked_patch(organisation, role, residences, at)
    try:
        with transaction.atomic():
            membership = add_membership(user, organisation, role, patch, at=at)
            note(actor=by.email, action="rôle donné", subject=_told(membership), at=at)
    except IntegrityError as twice:
        raise ValidationError({"role": "Cette personne a déjà ce rôle dans l'organisation."}) from twice
    return membership


def add_membership(user: User, organisation: Organisation, role: Role, patch: list[int], *, at: datetime) -> Membership:
    """The row itself, in the caller's transaction; an association's people see what it is mandated for."""
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    membership.residences.set(patch)
    if role == Role.ASSOCIATION:
        apply_mandates(timezone.localdate(at), organisation)
    return membership


def set_patch(membership: Membership, residences: Iterable[Residence], *, by: User, at: datetime) -> None:
    """Limit an agent to some residences; none: the whole bailleur. Raises PermissionDenied, ValidationError."""
    _require(by, membership)
    patch = checked_patch(membership.organisation, Role(membership.role), residences, at)
    with transaction.atomic():
        membership.residences.set(patch)
        told = ", ".join(membership.residences.values_list("name", flat=True)) or "toutes"
        note(actor=by.email, action="secteur", subject=f"{_told(membership)} · {told}"[:200], at=at)


def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """The role opens nothing any more. Raises PermissionDenied, or ValidationError where it is over already."""
    _require(by, membership)
    if membership.user_id == by.pk and membership.role == Role.ADMINISTRATOR:
        raise ValidationError("On ne se retire pas soi-même l'administration : une autre personne le fait.")
    with transaction.atomic():
        if not Membership.objects.filter(pk=membership.pk, is_active=True).update(is_active=False):
            raise ValidationError("Ce rôle est déjà terminé.")
        note(actor=by.email, action="fin de rôle", subject=_told(membership), at=at)


def resume_membership(membership: Membership, *, by: User, at: datetime) -> None:
    _require(by, membership)
    with transaction.atomic():
        if not Membership.objects.filter(pk=membership.pk, is_active=False).update(is_active=True):
            raise ValidationError("Ce rôle est déjà en cours.")
        note(actor=by.email, action="reprise de rôle", subject=_told(membership), at=at)


def _require(by: User, membership: Membership) -> None:
    if administers_everybody(by):
        return
    if not memberships_administered_by(by).filter(pk=membership.pk).exists():
        raise PermissionDenied("Ce rôle n'est pas de votre équipe.")


def _told(membership: Membership) -> str:
    return f"{membership.user.email} · {membership.get_role_display()} · {membership.organisation}"[:200]
