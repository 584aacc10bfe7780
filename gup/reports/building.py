"""Building what was asked: figures first, then their renderings, then one row that says so. Never half a report."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F

from gup.incidents.announcements import dsu
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.reports.enums import ReportStatus
from gup.reports.figures import monthly_figures
from gup.reports.models import Report
from gup.reports.monthly import MonthlyFigures, canonical_json, to_json
from gup.reports.render_csv import render_csv
from gup.reports.render_pdf import render_pdf

MAX_ATTEMPTS = 5


def build_requested(now: datetime, *, limit: int = 10) -> int:
    """Build the reports that were asked for, the oldest month first; returns how many became drafts.

    A build that fails is tried again, five times at most, then told to the DSU; it leaves the former draft as it was.
    """
    built = 0
    for report in Report.objects.filter(status=ReportStatus.REQUESTED).order_by("month", "id")[:limit]:
        claimed = Report.objects.filter(pk=report.pk, status=ReportStatus.REQUESTED, attempts=report.attempts)
        if not claimed.update(attempts=F("attempts") + 1):
            continue  # another process is building it
        report.refresh_from_db()
        try:
            build_draft(report, now)
        except Exception as failure:
            _note_failure(report, failure, now)
        else:
            built += 1
    return built


def build_draft(report: Report, now: datetime) -> None:
    """Compute the month as it stands at `now` and store it as a draft, unless it was published meanwhile."""
    fields = rendered(report, monthly_figures(report, now=now))
    moved = Report.objects.filter(pk=report.pk, published_at__isnull=True)
    moved.update(status=ReportStatus.DRAFT, built_at=now, last_error="", **fields)
    report.refresh_from_db()


def rendered(report: Report, figures: MonthlyFigures) -> dict[str, object]:
    """The files of these figures, stored under their own digest, and the fields that a report keeps of them."""
    digest = hashlib.sha256(canonical_json(figures)).hexdigest()
    whose = report.convention.slug if report.convention else "commune"
    folder = f"reports/{report.month:%Y-%m}/{whose}/{digest[:16]}"
    pdf, csv = render_pdf(figures), render_csv(figures)
    return {
        "figures": to_json(figures),
        "figures_sha256": digest,
        "pdf": default_storage.save(f"{folder}.pdf", ContentFile(pdf)),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        "csv": default_storage.save(f"{folder}.csv", ContentFile(csv)),
        "csv_sha256": hashlib.sha256(csv).hexdigest(),
    }


def rebuilt_differs(report: Report) -> list[str]:
    """Compute a built report's figures again, as of the same instant; the parts that differ, empty when none does."""
    if report.built_at is None or report.figures is None:
        return ["Ce rapport n'a pas été construit."]
    is_draft = report.status != ReportStatus.PUBLISHED
    author = str(report.published_by) if report.published_by else ""
    again = to_json(monthly_figures(report, now=report.built_at, is_draft=is_draft, author=author))
    return [
        f"{part} : {report.figures.get(part)} ≠ {again[part]}"
        for part in again
        if again[part] != report.figures.get(part)
    ]


def _note_failure(report: Report, failure: Exception, now: datetime) -> None:
    is_last = report.attempts >= MAX_ATTEMPTS
    Report.objects.filter(pk=report.pk, status=ReportStatus.REQUESTED).update(
        last_error=f"{type(failure).__name__}: {failure}"[:300],
        status=ReportStatus.FAILED if is_last else ReportStatus.REQUESTED,
    )
    if is_last:
        notify(
            key=f"report-failed:{report.pk}:{report.requested_at.isoformat()}",
            topic=Topic.OPERATIONS,
            recipients=dsu(),
            subject=f"Rapport {report.month:%Y-%m} : la construction a échoué",
            body=f"Le rapport « {report} » n'a pas pu être construit. Rien n'a été publié.\n",
            at=now,
            must_hear=True,
        )
