"""Opening hours change: what they said is kept, so that time already counted stands (rule 12)."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from gup.conventions.calendar_models import Windows
from gup.conventions.models import CalendarException, CalendarRevision, Recalculation, ServiceCalendar
from gup.conventions.rights import require_author
from gup.partners.audit import note
from gup.partners.models import User

# Of each closed or special day: why, and its windows, none when closed.
DatedExceptions = Mapping[date, tuple[str, Windows]]


def edit_calendar(
    calendar: ServiceCalendar, *, weekly: dict[str, Windows], exceptions: DatedExceptions, by: User, at: datetime
) -> None:
    """Replace the weekly pattern and every dated exception, from the instant `at` (UTC) on; before it nothing changes.

    Raises PermissionDenied, or ValidationError for hours that cannot be, or when somebody else was faster.
    """
    require_author(by)
    at = at.replace(microsecond=0)
    with transaction.atomic():
        _keep_what_it_says(calendar, by, at)
        calendar.revision += 1
        calendar.stamp = uuid.uuid4()
        calendar.weekly = weekly
        calendar.clean()
        calendar.save(update_fields=["weekly", "stamp"])
        calendar.exceptions.all().delete()
        CalendarException.objects.bulk_create(
            CalendarException(calendar=calendar, day=day, label=label, windows=windows)
            for day, (label, windows) in exceptions.items()
        )
        try:
            calendar.compiled()
        except ValueError as impossible:
            raise ValidationError({"exceptions": str(impossible)}) from impossible
        Recalculation.objects.create(calendar=calendar, asked_at=at, not_before=at)
        note(actor=by.email, action="modification d'horaires", subject=str(calendar), at=at)


def _keep_what_it_says(calendar: ServiceCalendar, by: User, at: datetime) -> None:
    """Compare the revision and raise it, then keep the former one. Raises ValidationError when it had moved."""
    moved = ServiceCalendar.objects.filter(pk=calendar.pk, revision=calendar.revision).update(
        revision=F("revision") + 1
    )
    if not moved:
        raise ValidationError("Ce calendrier vient d'être modifié par quelqu'un d'autre : relisez-le.")
    before = calendar.revisions.order_by("-number").first()
    if before is not None and at < before.until:
        raise ValidationError({"at": "Une modification plus récente de ce calendrier est déjà enregistrée."})
    stored = ServiceCalendar.objects.get(pk=calendar.pk)
    CalendarRevision.objects.create(
        calendar=calendar,
        number=calendar.revision,
        weekly=stored.weekly,
        exceptions={each.day.isoformat(): each.windows for each in stored.exceptions.all()},
        until=at,
        edited_by=by,
    )
