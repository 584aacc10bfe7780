"""Asking for a report: a row that the worker finds, one for a convention and a month, however often it is asked."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from gup.conventions.models import Convention, ConventionVersion
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.partners.models import User
from gup.partners.scope import is_dsu
from gup.reports.enums import ReportStatus
from gup.reports.models import Report


def request_report(convention: Convention | None, month: date, *, by: User | None, at: datetime) -> Report:
    """Ask for the draft of a month, or for a draft to be built again; `by` is None when the calendar asks.

    Raises InvalidInput when the month has not ended, NotAllowed for anybody but the DSU, WrongTransition once the
    report is published.
    """
    if by is not None and not is_dsu(by):
        raise NotAllowed("Seul le DSU demande un rapport.")
    if month.day != 1:
        raise InvalidInput("Un mois est désigné par son premier jour.", field="month")
    if not has_ended(month, convention, at):
        raise InvalidInput("Ce mois n'est pas terminé : son rapport ne peut pas être établi.", field="month")
    if convention is not None and not _was_in_force(convention, month):
        raise InvalidInput("La convention n'était pas encore en vigueur ce mois-là.", field="month")
    with transaction.atomic():
        report, is_new = Report.objects.get_or_create(
            convention=convention, month=month, defaults={"requested_at": at, "requested_by": by}
        )
        if is_new:
            return report
        again = Report.objects.filter(pk=report.pk, published_at__isnull=True)
        if not again.update(status=ReportStatus.REQUESTED, requested_at=at, requested_by=by, attempts=0):
            raise WrongTransition("Ce rapport est publié : il ne se reconstruit plus, il se vérifie.")
    report.refresh_from_db()
    return report


def request_ended_months(now: datetime) -> int:
    """Ask for each report of a month that has ended and that nobody asked for yet; returns how many were missing.

    Run every hour: a night that was missed is caught up, and two schedulers at once ask once.
    """
    asked = 0
    for convention in [None, *Convention.objects.filter(is_annex=False)]:
        known = set(Report.objects.filter(convention=convention).values_list("month", flat=True))
        for month in _ended_months(convention, now):
            if month not in known:
                request_report(convention, month, by=None, at=now)
                asked += 1
    return asked


def has_ended(month: date, convention: Convention | None, at: datetime) -> bool:
    """Whether the month is over where the convention lives."""
    zone = ZoneInfo(convention.timezone if convention else settings.TIME_ZONE)
    return at.astimezone(zone).date() >= next_month(month)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _ended_months(convention: Convention | None, now: datetime) -> list[date]:
    """The months from the first day in force to the last one over, oldest first."""
    versions = convention.versions.activated() if convention else None
    starts = versions.values_list("in_force_from", flat=True) if versions else _all_starts()
    ends = versions.values_list("in_force_until", flat=True) if versions else [None]
    if not starts:
        return []
    first, last_day = min(starts), None if None in ends else max(end for end in ends if end)
    month, months = first.replace(day=1), []
    while has_ended(month, convention, now) and (last_day is None or month < last_day):
        months.append(month)
        month = next_month(month)
    return months


def _all_starts() -> list[date]:
    return list(ConventionVersion.objects.activated().values_list("in_force_from", flat=True))


def _was_in_force(convention: Convention, month: date) -> bool:
    return convention.versions.activated().filter(in_force_from__lt=next_month(month)).exists()
