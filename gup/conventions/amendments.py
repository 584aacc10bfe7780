"""A project of version becomes what the signatories are held to; nothing promised until then changes afterwards."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from gup.conventions.models import ConventionVersion, Recalculation
from gup.conventions.rights import require_author
from gup.partners.audit import note
from gup.partners.models import User


def activate(version: ConventionVersion, *, by: User, at: datetime) -> None:
    """Activate a project at `at` (UTC): the version before it ends on the day it begins.

    An amendment begins the day after at the earliest, so that no due already promised changes; a first version may
    have begun before it was recorded. Raises PermissionDenied, or ValidationError that names the field at fault.
    """
    require_author(by)
    at = at.replace(microsecond=0)
    with transaction.atomic():
        locked = ConventionVersion.objects.select_for_update().select_related("convention").get(pk=version.pk)
        _refuse_what_cannot_bind(locked, at)
        _end_the_one_before(locked)
        locked.activated_at, locked.activated_by = at, by
        locked.clean()
        locked.save(update_fields=["activated_at", "activated_by"])
        Recalculation.objects.create(version=locked, asked_at=at, not_before=max(at, locked.starts_at))
        note(actor=by.email, action="activation", subject=str(locked), at=at)
    version.activated_at, version.activated_by = at, by


def earliest_day(version: ConventionVersion, at: datetime) -> date:
    """The first local day from which the version may bind if it is activated at `at` (UTC); any day for a first one."""
    if version.number == 0:
        return date.min
    return version.convention.local_day(at) + timedelta(days=1)


def _refuse_what_cannot_bind(version: ConventionVersion, at: datetime) -> None:
    if version.activated_at is not None:
        raise ValidationError("Cette version est déjà activée.")
    if version.in_force_from < earliest_day(version, at):
        raise ValidationError(
            {
                "in_force_from": "Un avenant entre en vigueur au plus tôt le lendemain de son activation : "
                "les échéances déjà promises ne changent pas après coup."
            }
        )
    if not version.commitments.exists():
        raise ValidationError("Cette version ne contient aucun engagement.")
    if not version.quartiers.exists():
        raise ValidationError({"quartiers": "Cette version ne couvre aucun quartier."})


def _end_the_one_before(version: ConventionVersion) -> None:
    """The version in force when this one begins ends there. Raises ValidationError when it began on that very day."""
    others = ConventionVersion.objects.activated().filter(convention=version.convention)
    former = others.on(version.in_force_from).first()
    if former is None:
        return
    if former.in_force_from == version.in_force_from:
        raise ValidationError({"in_force_from": f"La {former.label} entre en vigueur le même jour."})
    former.in_force_until = version.in_force_from
    former.save(update_fields=["in_force_until"])
