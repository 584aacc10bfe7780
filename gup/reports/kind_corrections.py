"""What was recorded since a month was sealed and changes its verdicts beyond delays: told once, in the month after."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Convention
from gup.incidents.enums import EventKind
from gup.incidents.models import IncidentEvent
from gup.inspections.judging import month_of
from gup.inspections.lines import Line
from gup.inspections.models import Milestone, Passage, Walk
from gup.reports.decided import timezone_of
from gup.reports.enums import ReportStatus
from gup.reports.french import month_name
from gup.reports.history import Month
from gup.reports.models import Report
from gup.reports.monthly import KindLine
from gup.service_levels.compliance import Rate, month_bounds
from gup.service_levels.periods import month_span

# A record is at most a month late; what is corrected later still shows on the month's page.
SEALED_MONTHS = 2
# What may change the downtime of a month that is over: the rest only ends outages, or begins new ones.
REWRITING = (EventKind.OPENED, EventKind.DECLINED, EventKind.REQUALIFIED, EventKind.MERGED, EventKind.UNMERGED)


def corrections(month: Month, conventions: Iterable[Convention]) -> Iterator[KindLine]:
    """One line for each promise of a sealed month whose verdicts moved during this month, as ±n held or missed."""
    start, end = month.bounds()
    told = list(conventions)
    sealed = Report.objects.filter(
        convention=month.report.convention,
        month__lt=month.first_day,
        status=ReportStatus.PUBLISHED,
        published_at__lte=month.as_of,
    ).order_by("-month")[:SEALED_MONTHS]
    for report in reversed(sealed):
        since, until = max(report.published_at or start, start), min(end, month.as_of)
        if since < until and _is_touched(report, since, until):
            for convention in told:
                yield from _moved(convention, report, since, until)


def _is_touched(report: Report, since: datetime, until: datetime) -> bool:
    """Whether anything was recorded in (since, until] of a month that was over before (four queries at most)."""
    _, end = month_bounds(report.month, timezone_of(report))
    recorded = Q(recorded_at__gt=since, recorded_at__lte=until)
    last = month_span(report.month).last
    return (
        Passage.objects.filter(recorded, Q(at__lt=end) | Q(corrects__at__lt=end)).exists()
        or Walk.objects.filter(recorded, Q(walked_on__lte=last) | Q(corrects__walked_on__lte=last)).exists()
        or Milestone.objects.filter(recorded, Q(done_on__lte=last) | Q(corrects__done_on__lte=last)).exists()
        or IncidentEvent.objects.filter(recorded, kind__in=REWRITING, incident__reported_at__lt=end).exists()
    )


def _moved(convention: Convention, report: Report, since: datetime, until: datetime) -> Iterator[KindLine]:
    """The lines of a month that read otherwise at two instants, both after its end."""
    before = {_key(line): line for line in _lines(convention, report, since)}
    after = {_key(line): line for line in _lines(convention, report, until)}
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = (lines[key].rate if key in lines else Rate() for lines in (before, after))
        if was != now:
            yield _correction(after.get(key) or before[key], report, was, now)


def _lines(convention: Convention, report: Report, as_of: datetime) -> Iterator[Line]:
    """Without the clocks of information: their corrections are told with those of the delays."""
    for line in month_of(convention, report.month, as_of, clocks={}).lines:
        if line.kind != CommitmentKind.INFORMATION:
            yield line


def _correction(line: Line, report: Report, was: Rate, now: Rate) -> KindLine:
    changes = [*_signed(now.held - was.held, "tenu"), *_signed(now.missed - was.missed, "manqué")]
    return KindLine(
        kind=line.kind.value,
        label=line.label,
        party=line.party,
        subject=line.subject,
        target=line.target,
        due=f"régularisation de {month_name(report.month)}",
        measured=", ".join(changes),
        held=0,
        missed=0,
        verdict="",
    )


def _signed(change: int, word: str) -> list[str]:
    """Like ["+1 tenu"]; nothing for no change."""
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return [f"{sign}{abs(change)} {word}"] if change else []


def _key(line: Line) -> tuple[str, str, int, int | None, str]:
    return (line.kind, line.label, line.party_id, line.residence_id, line.subject)
