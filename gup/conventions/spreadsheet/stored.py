"""What a version of the database says, as a file would say it."""

from typing import Any

from gup.conventions.calendar_models import Windows as StoredWindows
from gup.conventions.models import Commitment, ConventionVersion, ServiceCalendar
from gup.conventions.spreadsheet.cells import tidy
from gup.conventions.spreadsheet.content import (
    CalendarContent,
    ClosureContent,
    CommitmentContent,
    Content,
    ConventionContent,
    StepContent,
    VersionContent,
    Windows,
)


def content_of(version: ConventionVersion) -> Content:
    """The whole version: five queries, whatever its size."""
    convention = version.convention
    commitments = list(
        version.commitments.select_related("responsible", "category", "residence", "calendar").order_by("id")
    )
    used = {each.calendar_id for each in commitments if each.calendar_id is not None}
    calendars = ServiceCalendar.objects.filter(pk__in=used).prefetch_related("exceptions").order_by("slug")
    return Content(
        ConventionContent(
            convention.slug,
            tidy(convention.name),
            convention.organisation.slug,
            convention.timezone,
            convention.is_illustrative,
            convention.is_annex,
        ),
        VersionContent(
            version.number,
            version.in_force_from,
            version.in_force_until,
            version.applies_to_open,
            tidy(version.philosophy),
        ),
        frozenset(quartier.slug for quartier in version.quartiers.all()),
        {calendar.slug: calendar_content(calendar) for calendar in calendars},
        tuple(_commitment(each) for each in commitments),
        tuple(
            StepContent(step.level, step.share_percent, step.offset_seconds, step.audience, step.channel)
            for step in version.escalation_steps.order_by("level")
        ),
    )


def calendar_content(calendar: ServiceCalendar) -> CalendarContent:
    """What a calendar says now; its exceptions are read from the prefetched relation where there is one."""
    weekly = {int(day): windows_content(windows) for day, windows in calendar.weekly.items() if windows}
    return CalendarContent(
        tidy(calendar.name),
        calendar.timezone,
        dict(sorted(weekly.items())),
        {
            each.day: ClosureContent(tidy(each.label), windows_content(each.windows))
            for each in sorted(calendar.exceptions.all(), key=lambda exception: exception.day)
        },
    )


def windows_content(windows: StoredWindows) -> Windows:
    return tuple(sorted((opens.zfill(5), closes.zfill(5)) for opens, closes in windows))


# Those that a commitment holds as they are; the texts are tidied.
_PLAIN = (
    "kind",
    "threshold_percent",
    "priority",
    "stage",
    "basis",
    "target",
    "reopening_window_days",
    "times",
    "period",
    "min_rate",
    "walks_per_year",
    "due_on",
)
_TEXTS = ("label", "note", "proof", "equipment", "grid", "scale", "threshold_score", "indicator")


def _commitment(commitment: Commitment) -> CommitmentContent:
    own: dict[str, Any] = {name: getattr(commitment, name) for name in _PLAIN}
    own |= {name: tidy(getattr(commitment, name)) for name in _TEXTS}
    return CommitmentContent(
        responsible=commitment.responsible.slug,
        category=commitment.category.slug if commitment.category else "",
        residence=commitment.residence.slug if commitment.residence else "",
        calendar=commitment.calendar.slug if commitment.calendar else "",
        pausing_reasons=tuple(sorted(set(commitment.pausing_reasons))),
        **own,
    )
