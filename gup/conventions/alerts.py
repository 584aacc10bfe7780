"""Cyclone mode: one decision of the DSU suspends the clocks of a perimeter, and ends once (rule 4)."""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gup.conventions.alert_models import CycloneAlert
from gup.conventions.models import Recalculation
from gup.conventions.rights import require_reviewer
from gup.partners.audit import note
from gup.partners.models import User
from gup.places.models import Perimeter

# An alert is often recorded once people are safe: its start may lie that far back, as the report of an incident may.
BACK_DATING = timedelta(days=7)


def declare_alert(
    *, perimeter: Perimeter | None, reason: str, started_at: datetime, by: User, at: datetime
) -> CycloneAlert:
    """Suspend, from `started_at` (UTC), every clock whose commitment lists the reason; `perimeter` None: everywhere.

    Raises PermissionDenied, or ValidationError that names the field at fault.
    """
    require_reviewer(by)
    at, started_at = at.replace(microsecond=0), started_at.astimezone(UTC).replace(microsecond=0)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Dites pourquoi la vigilance est déclarée."})
    if started_at > at:
        raise ValidationError({"started_at": "Une vigilance ne se déclare pas à l'avance."})
    if started_at < at - BACK_DATING:
        raise ValidationError({"started_at": "Une vigilance se déclare dans les sept jours de son début."})
    alert = CycloneAlert(perimeter=perimeter, reason=reason, started_at=started_at, declared_at=at, declared_by=by)
    alert.full_clean()
    try:
        with transaction.atomic():
            alert.save()
            Recalculation.objects.create(alert=alert, asked_at=at, not_before=at)
            note(actor=by.email, action="vigilance cyclonique", subject=alert.place, at=at)
    except IntegrityError as rival:
        raise ValidationError("Une vigilance est déjà en cours sur ce périmètre.") from rival
    return alert


def end_alert(alert: CycloneAlert, *, ended_at: datetime, by: User, at: datetime) -> None:
    """End the alert at `ended_at` (UTC), once: the clocks run again from there.

    Raises PermissionDenied, or ValidationError that names the field at fault.
    """
    require_reviewer(by)
    at, ended_at = at.replace(microsecond=0), ended_at.replace(microsecond=0)
    if not alert.started_at < ended_at <= at:
        raise ValidationError({"ended_at": "Une vigilance se termine après son début, et pas à l'avance."})
    if ended_at < at - BACK_DATING:
        raise ValidationError({"ended_at": "La fin d'une vigilance se déclare dans les sept jours."})
    with transaction.atomic():
        still_open = CycloneAlert.objects.filter(pk=alert.pk, ended_at__isnull=True)
        if not still_open.update(ended_at=ended_at, end_declared_at=at, end_declared_by=by):
            raise ValidationError("Cette vigilance est déjà terminée.")
        Recalculation.objects.create(alert=alert, asked_at=at, not_before=at)
        note(actor=by.email, action="fin de vigilance cyclonique", subject=alert.place, at=at)
    alert.refresh_from_db()
