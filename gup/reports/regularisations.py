"""What is learnt of a sealed month after it was published: ±1 lines in the report that learns of it (rule 10)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from gup.conventions.models import Recalculation
from gup.conventions.promise_book import one_book
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.incidents.recalculating import concerned
from gup.reports.decided import incidents_of
from gup.reports.enums import ReportStatus
from gup.reports.history import Month, recorded_events
from gup.reports.models import Report
from gup.reports.monthly import ACCOUNTS, CorrectionLine
from gup.service_levels.clock_state import ClockKey, ClockState
from gup.service_levels.compliance import local_month
from gup.service_levels.stages import Verdict


@dataclass(frozen=True, slots=True)
class Counted:
    """Where one account counts a clock: its month and its verdict."""

    month: date
    verdict: Verdict


# By clock and account: a clock that an account does not count is absent.
Counts = dict[tuple[ClockKey, str], Counted]


def regularisations(report: Report, month: Month, own: set[int]) -> list[CorrectionLine]:
    """Every ±1 of the sealed months between what the last published report told of each and what is known now.

    `own`: the commitments that the report answers for. Each change is told once: the next published report starts from
    this one. A clock that nobody could count when its month was sealed, because it was recorded later, is one too.
    """
    lines: list[CorrectionLine] = []
    with one_book():
        for told_at, months in _told(report, month).items():
            for incident, events in _learnt_of(month, told_at):
                known = [event for event in events if event.recorded_at <= told_at]
                before = _counts(incident, known, told_at, month, own)
                after = _counts(incident, events, month.as_of, month, own)
                lines += _lines(incident, before, after, months)
    return sorted(lines, key=lambda line: (line.month, line.reference, line.stage, line.sign, line.accounts))


def _told(report: Report, month: Month) -> dict[datetime, set[date]]:
    """The sealed months before the report's, by the instant that was last told of: each was told of by its own report,
    and by every later month's that was published since.
    """
    published = Report.objects.filter(
        convention=report.convention, status=ReportStatus.PUBLISHED, published_at__lte=month.as_of
    ).exclude(pk=report.pk)
    instants = {each: at for each, at in published.values_list("month", "published_at") if at is not None}
    told: defaultdict[datetime, set[date]] = defaultdict(set)
    for sealed in instants:
        if sealed < report.month:
            told[max(at for each, at in instants.items() if each >= sealed)].add(sealed)
    return told


def _learnt_of(month: Month, told_at: datetime) -> Iterator[tuple[Incident, list[IncidentEvent]]]:
    """The incidents that anything decided or recorded since `told_at` bears on, with their history as of the report."""
    events = IncidentEvent.objects.filter(recorded_at__gt=told_at, recorded_at__lte=month.as_of)
    touched = Q(pk__in=events.values("incident"))
    changes = Recalculation.objects.filter(asked_at__gt=told_at, asked_at__lte=month.as_of, calendar__isnull=True)
    for change in changes.select_related("version__convention", "alert"):
        touched |= Q(pk__in=concerned(change).values("pk"))
    incidents = incidents_of(month.report).filter(touched, reported_at__lt=month.bounds()[1])
    histories = recorded_events(incidents.values("pk"), month.as_of)
    for incident in incidents.select_related("residence").order_by("pk"):
        if incident.pk in histories:
            yield incident, histories[incident.pk]


def _counts(incident: Incident, events: list[IncidentEvent], as_of: datetime, month: Month, own: set[int]) -> Counts:
    """How each account counted the incident's clocks, as was known at an instant."""
    now = int(as_of.timestamp())
    clocks = [clock for clock in states_of(incident, events, as_of) if clock.promise_key in own]
    return {
        (clock.key, account): counted
        for clock in clocks
        for account, counted in _accounts(clock, now, month.timezone)
        if counted is not None
    }


def _accounts(clock: ClockState, now: int, timezone: str) -> Iterator[tuple[str, Counted | None]]:
    contractual = _counted(clock.decided_at(now), clock.verdict(now), timezone)
    is_excused = clock.excused and contractual is not None and contractual.verdict == Verdict.MISSED
    strict = _counted(clock.strict_decided_at(now), clock.strict_verdict(now), timezone)
    yield from zip(ACCOUNTS, (contractual, strict, None if is_excused else contractual), strict=True)


def _counted(decided_at: int | None, verdict: Verdict, timezone: str) -> Counted | None:
    return None if decided_at is None else Counted(local_month(decided_at, timezone), verdict)


def _lines(incident: Incident, before: Counts, after: Counts, months: set[date]) -> Iterator[CorrectionLine]:
    """One line for each change of a clock in a month, naming the accounts that it changes in."""
    changed: defaultdict[tuple[ClockKey, date, int, Verdict], list[str]] = defaultdict(list)
    for (key, account), sign, counted in _changes(before, after):
        if counted.month in months:
            changed[key, counted.month, sign, counted.verdict].append(account)
    reference = "" if incident.is_confidential else incident.ref
    for (key, month, sign, verdict), accounts in changed.items():
        stage, _, _ = key
        yield CorrectionLine(month, reference, stage, sign, verdict.value, sorted(accounts, key=ACCOUNTS.index))


def _changes(before: Counts, after: Counts) -> Iterator[tuple[tuple[ClockKey, str], int, Counted]]:
    """What is no longer counted (-1), and what is now (+1)."""
    for counted in sorted(before.keys() | after.keys()):
        was, now = before.get(counted), after.get(counted)
        if was != now:
            yield from ((counted, sign, each) for sign, each in ((-1, was), (1, now)) if each is not None)
