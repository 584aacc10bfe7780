"""Opening hours: a weekly pattern, a time zone, dated exceptions."""

import uuid
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from gup.partners.models import User
from gup.service_levels.calendars import CalendarError, WorkingCalendar

Windows = list[list[str]]


class ServiceCalendar(models.Model):
    """When a partner works; edited through gup.conventions.calendar_edits, which keeps what was.

    `weekly` maps "0" (Monday) .. "6" to windows like ["07:30", "15:00"], up to "24:00"."""

    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=120)
    timezone = models.CharField("fuseau horaire", max_length=60, default="America/Martinique")
    weekly = models.JSONField("semaine type", default=dict)
    # Raised at each change: whoever edits what somebody else has changed is refused.
    revision = models.PositiveIntegerField("révision", default=1)
    # Drawn anew at each change. A change undone, then another, gives the same revision twice, never the same stamp:
    # hours compiled once are known by it.
    stamp = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_revision_from_one",
                condition=Q(revision__gte=1),
                violation_error_message="La révision d'un calendrier commence à 1.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a calendar that never opens, or whose windows overlap (ValidationError names the reason)."""
        try:
            WorkingCalendar(self.timezone, _windows_by_weekday(self.weekly), {})
        except CalendarError as refusal:
            raise ValidationError({"weekly": str(refusal)}) from refusal

    def compiled(self) -> WorkingCalendar:
        """The calendar that arithmetic runs on, compiled once per change in each process."""
        try:
            return _compile(self.pk, self.stamp)
        except ServiceCalendar.DoesNotExist:
            # Edited since this row was read.
            self.refresh_from_db(fields=["stamp"])
            return _compile(self.pk, self.stamp)


class CalendarException(models.Model):
    """A day unlike its week: closed (no window), or open at other hours."""

    calendar = models.ForeignKey(ServiceCalendar, models.CASCADE, related_name="exceptions")
    day = models.DateField("jour")
    windows = models.JSONField("horaires du jour", default=list, blank=True)
    label = models.CharField("motif", max_length=120)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="one_exception_per_day",
                violation_error_message="Ce jour a déjà une exception dans ce calendrier.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.label}"


class CalendarRevision(models.Model):
    """What a calendar said until it was edited: time already counted stands (rule 12)."""

    calendar = models.ForeignKey(ServiceCalendar, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField("révision")
    weekly = models.JSONField("semaine type")
    # "2026-05-22" to its windows: the dated exceptions of the time.
    exceptions = models.JSONField("exceptions", default=dict)
    until = models.DateTimeField("valable jusqu'au")
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["calendar_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "number"],
                name="calendar_revision_once",
                violation_error_message="Ce calendrier vient d'être modifié par quelqu'un d'autre.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.calendar} · révision {self.number}"


@lru_cache(maxsize=256)
def _compile(calendar_id: int, stamp: uuid.UUID) -> WorkingCalendar:
    """The hours of today, and before each edit those of its time. Raises DoesNotExist where the stamp is another."""
    calendar = ServiceCalendar.objects.get(pk=calendar_id, stamp=stamp)
    former, since = None, 0
    for before in calendar.revisions.filter(number__lt=calendar.revision).order_by("number"):
        exceptions = {date.fromisoformat(day): _pairs(windows) for day, windows in before.exceptions.items()}
        weekly = _windows_by_weekday(before.weekly)
        former = WorkingCalendar(calendar.timezone, weekly, exceptions, former=former, since=since)
        since = int(before.until.timestamp())
    today = {exception.day: _pairs(exception.windows) for exception in calendar.exceptions.all()}
    weekly = _windows_by_weekday(calendar.weekly)
    return WorkingCalendar(calendar.timezone, weekly, today, former=former, since=since)


def _windows_by_weekday(weekly: dict[str, Windows]) -> dict[int, list[tuple[str, str]]]:
    return {int(weekday): _pairs(windows) for weekday, windows in weekly.items()}


def _pairs(windows: Windows) -> list[tuple[str, str]]:
    return [(start, end) for start, end in windows]
