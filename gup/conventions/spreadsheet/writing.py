"""A checked file becomes a project, in one transaction; a former project of the same number gives way."""

import uuid
from contextlib import suppress
from dataclasses import fields
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from gup.conventions.models import (
    CalendarException,
    Category,
    Commitment,
    Convention,
    ConventionVersion,
    EscalationStep,
    ServiceCalendar,
)
from gup.conventions.rights import require_author
from gup.conventions.spreadsheet.content import CalendarContent, CommitmentContent, Content, ConventionContent
from gup.conventions.spreadsheet.flaws import Outdated
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.stored import calendar_content
from gup.partners.audit import note
from gup.partners.models import Organisation, User
from gup.places.models import Quartier, Residence

OUTDATED = "Cette convention vient d'être modifiée par quelqu'un d'autre : rien n'a été écrit. Relisez le fichier."
_OPERATOR = "gup import-convention"


def write_project(data: bytes, *, state: str, by: User | None, at: datetime) -> ConventionVersion:
    """Write what the file says as a project, or leave as it is the version that already says it.

    `state` is the dry run's that was read and agreed to; `by` None is the operator at the command line. Raises
    WrongFile, Outdated when the convention moved since that dry run, PermissionDenied. Nothing is half-written.
    """
    if by is not None:
        require_author(by)
    try:
        with transaction.atomic():
            return _write(data, state, by, at)
    except IntegrityError as raced:
        # Two first versions of one new convention at once: neither had a row to lock.
        raise Outdated(OUTDATED) from raced


def delete_project(version: ConventionVersion, *, by: User, at: datetime) -> None:
    """Delete a project and the calendars that only it counted in.

    Raises PermissionDenied, or ValidationError for a version that was activated.
    """
    require_author(by)
    with transaction.atomic():
        locked = ConventionVersion.objects.select_for_update().select_related("convention").get(pk=version.pk)
        if locked.activated_at is not None:
            raise ValidationError("Une version activée ne se supprime pas.")
        subject, convention = str(locked), locked.convention
        used = _calendars_of(locked)
        locked.delete()
        _delete_idle(used)
        if not convention.versions.exists():
            # A report that somebody asked for keeps its convention.
            with suppress(ProtectedError):
                convention.delete()
        note(actor=by.email, action="suppression d'un projet", subject=subject, at=at)


def _write(data: bytes, state: str, by: User | None, at: datetime) -> ConventionVersion:
    # Whoever comes second waits here, then finds that the state has moved.
    known = set(Convention.objects.select_for_update().values_list("slug", flat=True))
    run = dry_run(data, at=at)
    if run.state != state:
        raise Outdated(OUTDATED)
    content = run.content
    if run.is_identical:
        return ConventionVersion.objects.select_related("convention").get(
            convention__slug=content.convention.slug, number=content.version.number
        )
    convention = _convention(content.convention, is_known=content.convention.slug in known)
    version = _version(convention, content)
    former = _calendars_of(version)
    version.commitments.all().delete()
    version.escalation_steps.all().delete()
    calendars = {code: _calendar(code, calendar) for code, calendar in content.calendars.items()}
    _write_commitments(version, content, calendars)
    EscalationStep.objects.bulk_create(
        EscalationStep(
            version=version,
            level=step.level,
            share_percent=step.share_percent,
            offset_seconds=step.offset_seconds,
            audience=step.audience,
            channel=step.channel,
        )
        for step in content.steps
    )
    _delete_idle(former - {calendar.pk for calendar in calendars.values()})
    note(actor=by.email if by else _OPERATOR, action="import d'un projet", subject=str(version), at=at)
    return version


def _convention(said: ConventionContent, *, is_known: bool) -> Convention:
    """The convention, made or told anew. Raises IntegrityError when somebody else made it meanwhile."""
    convention = Convention.objects.get(slug=said.slug) if is_known else Convention(slug=said.slug)
    convention.name, convention.timezone = said.name, said.timezone
    convention.organisation = Organisation.objects.get(slug=said.organisation)
    convention.is_illustrative, convention.is_annex = said.is_illustrative, said.is_annex
    convention.save(force_insert=not is_known)
    return convention


def _version(convention: Convention, content: Content) -> ConventionVersion:
    """The project of that number, new or taken over: the dry run has refused an activated one."""
    said = content.version
    version, _ = ConventionVersion.objects.update_or_create(
        convention=convention,
        number=said.number,
        defaults={
            "in_force_from": said.in_force_from,
            "in_force_until": said.in_force_until,
            "applies_to_open": said.applies_to_open,
            "philosophy": said.philosophy,
        },
    )
    version.quartiers.set(Quartier.objects.filter(slug__in=content.quartiers))
    return version


def _calendar(code: str, wanted: CalendarContent) -> ServiceCalendar:
    """The calendar of that code, made or rewritten: the dry run has refused one that anybody else counts in."""
    weekly = {str(day): [list(window) for window in windows] for day, windows in wanted.weekly.items()}
    calendar = ServiceCalendar.objects.prefetch_related("exceptions").filter(slug=code).first()
    if calendar is not None and calendar_content(calendar) == wanted:
        return calendar
    if calendar is None:
        calendar = ServiceCalendar(slug=code)
    else:
        calendar.revision += 1
        calendar.stamp = uuid.uuid4()
        calendar.exceptions.all().delete()
    calendar.name, calendar.timezone, calendar.weekly = wanted.name, wanted.timezone, weekly
    calendar.save()
    CalendarException.objects.bulk_create(
        CalendarException(
            calendar=calendar, day=day, label=closure.label, windows=[list(window) for window in closure.windows]
        )
        for day, closure in wanted.closures.items()
    )
    return calendar


def _write_commitments(version: ConventionVersion, content: Content, calendars: dict[str, ServiceCalendar]) -> None:
    """Every commitment in one statement a batch, after three look-ups."""
    parties = dict(Organisation.objects.values_list("slug", "pk"))
    categories = dict(Category.objects.values_list("slug", "pk"))
    residences = dict(Residence.objects.values_list("slug", "pk"))
    references = {"responsible", "category", "residence", "calendar", "pausing_reasons"}
    own = [field.name for field in fields(CommitmentContent) if field.name not in references]
    Commitment.objects.bulk_create(
        (
            Commitment(
                version=version,
                responsible_id=parties[said.responsible],
                category_id=categories[said.category] if said.category else None,
                residence_id=residences[said.residence] if said.residence else None,
                calendar=calendars[said.calendar] if said.calendar else None,
                pausing_reasons=list(said.pausing_reasons),
                **{name: getattr(said, name) for name in own},
            )
            for said in content.commitments
        ),
        batch_size=1_000,
    )


def _calendars_of(version: ConventionVersion) -> set[int]:
    found = version.commitments.filter(calendar__isnull=False).values_list("calendar", flat=True)
    return {pk for pk in found if pk is not None}


def _delete_idle(calendars: set[int]) -> None:
    """Of the calendars that a project leaves, those that no version counts in any more."""
    ServiceCalendar.objects.filter(pk__in=calendars, commitments__isnull=True).delete()
