"""What is learnt of a sealed month after it was published: ±1 lines in the report that learns of it (rule 10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gup.conventions.alerts import BACK_DATING
from gup.conventions.promise_book import one_book
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.reports.decided import incidents_of
from gup.reports.enums import ReportStatus
from gup.reports.history import Month, recorded_events
from gup.reports.models import Report
from gup.reports.monthly import CorrectionLine
from gup.service_levels.clock_state import ClockKey
from gup.service_levels.compliance import local_month
from gup.service_levels.stages import Verdict

WORDS = {Verdict.HELD: "tenu", Verdict.MISSED: "dépassé"}
MINUS, PLUS = "\N{MINUS SIGN}1", "+1"
# A decision that bears on many incidents may be recorded some days after the instant from which it bears.
LATEST = BACK_DATING + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """How a clock counts in a sealed month."""

    month: date
    verdict: Verdict
    is_excused: bool


def regularisations(report: Report, month: Month, own: set[int]) -> list[CorrectionLine]:
    """Every ±1 of the sealed months between what the last published report told and what is known now.

    `own`: the commitments that the report answers for. Each change is told once: the next published report starts from
    this one. A clock that nobody could count when its month was sealed, because it was recorded later, is one too.
    """
    sealed = Report.objects.filter(
        convention=report.convention, status=ReportStatus.PUBLISHED, published_at__lte=month.as_of
    ).exclude(pk=report.pk)
    published = dict(sealed.values_list("month", "published_at"))
    months = {each for each in published if each < report.month}
    told_at = max((at for at in published.values() if at is not None), default=None)
    if not months or told_at is None:
        return []
    lines: list[CorrectionLine] = []
    with one_book():
        for incident, events in _learnt_of(month, told_at):
            known = [event for event in events if event.recorded_at <= told_at]
            before = _counted(incident, known, told_at, month, own)
            after = _counted(incident, events, month.as_of, month, own)
            for key in sorted(before.keys() | after.keys()):
                was, now = before.get(key), after.get(key)
                lines += _lines(incident, key[0], was, now, months)
    return sorted(lines, key=lambda line: (line.month, line.reference, line.stage))


def _learnt_of(month: Month, told_at: datetime) -> Iterator[tuple[Incident, list[IncidentEvent]]]:
    """The incidents that anything recorded since `told_at` can bear on, with their history as of the report."""
    end = month.bounds()[1]
    incidents = incidents_of(month.report).filter(updated_at__gte=told_at - LATEST, reported_at__lt=end)
    events = recorded_events(incidents.values("pk"), month.as_of)
    for incident in incidents.select_related("residence").order_by("pk"):
        if incident.pk in events:
            yield incident, events[incident.pk]


def _counted(
    incident: Incident, events: list[IncidentEvent], as_of: datetime, month: Month, own: set[int]
) -> dict[ClockKey, Counted]:
    """The clocks that are decided, as was known at an instant, each with the month it counts in."""
    if not events:
        return {}
    now = int(as_of.timestamp())
    found = {}
    for clock in states_of(incident, events, as_of):
        decided_at = clock.decided_at(now)
        if decided_at is not None and clock.promise_key in own:
            counted = Counted(local_month(decided_at, month.timezone), clock.verdict(now), clock.excused)
            found[clock.key] = counted
    return found


def _lines(
    incident: Incident, stage: str, was: Counted | None, now: Counted | None, months: set[date]
) -> Iterator[CorrectionLine]:
    if was == now:
        return
    if was and now and (was.month, was.verdict) == (now.month, now.verdict):
        if was.month in months and was.verdict == Verdict.MISSED:
            sign = MINUS if now.is_excused else PLUS
            yield CorrectionLine(was.month, incident.ref, stage, f"{sign} dépassé après arbitrage")
        return
    for counted, sign in ((was, MINUS), (now, PLUS)):
        if counted and counted.month in months:
            yield CorrectionLine(counted.month, incident.ref, stage, f"{sign} {WORDS[counted.verdict]}")
