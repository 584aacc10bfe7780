"""From a month's history to its figures. Every number of the report is counted here, once."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gup.conventions.enums import Audience, StageChoice
from gup.conventions.models import Commitment
from gup.escalations.models import Escalation
from gup.incidents.enums import EventKind
from gup.incidents.models import Supporter
from gup.incidents.projection import instant, maybe_instant
from gup.partners.audit import head
from gup.partners.enums import Role
from gup.partners.models import Management
from gup.places.models import Residence
from gup.reports.decided import incidents_of
from gup.reports.enums import ReportStatus
from gup.reports.history import Case, Month
from gup.reports.kinds import kind_lines
from gup.reports.models import Report
from gup.reports.monthly import (
    Closures,
    Cover,
    EscalationLine,
    MissedLine,
    MonthlyFigures,
    MonthPoint,
    PlaceLine,
    StageLine,
    Stock,
    from_json,
)
from gup.reports.noteworthy import noteworthy
from gup.reports.regularisations import regularisations
from gup.service_levels.clock_state import ClockState
from gup.service_levels.compliance import Decided, Rate, kaplan_meier, rates
from gup.service_levels.stages import Verdict

RECURRENCE_DAYS = 90
RECURRENCE_TIMES = 3
WITNESS_DAYS = 90
HISTORY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One clock in the month: whose it is, and what it counts for."""

    case: Case
    clock: ClockState
    decided: Decided
    threshold_percent: int


def monthly_figures(report: Report, *, now: datetime, is_draft: bool = True, author: str = "") -> MonthlyFigures:
    """The figures of a report's month as its history stood at `now` (UTC); again with the same `now`, the same."""
    month = Month(report, now)
    cases = month.cases()
    rows = _rows(report, cases, month)
    managed = _residences(report, month)
    stages = _lines(rows, month, lambda row: (row.clock.stage.value, ""))
    places = _places(month, cases, rows, managed)
    history = _history(month)
    stock = _stock(month, cases)
    missed = [row for row in rows if row.decided.contractual == Verdict.MISSED]
    return MonthlyFigures(
        cover=_cover(report, month, managed, is_draft=is_draft, author=author),
        stock=stock,
        stages=stages,
        families=_lines(rows, month, lambda row: (row.clock.stage.value, row.case.incident.category.family.name)),
        places=places,
        missed=[_missed_line(row) for row in missed if not row.case.incident.is_confidential],
        missed_confidential=sum(row.case.incident.is_confidential for row in missed),
        late_resolved=_late_resolved(month, rows),
        escalations=_escalations(report, month),
        closures=_closures(report, month, cases),
        kinds=kind_lines(month, ((row.clock.promise_key, row.decided) for row in rows)),
        unbound=sum(
            case.incident.convention_version_id is None and case.is_open_before(month.bounds()[1]) for case in cases
        ),
        corrections=regularisations(report, month, set(_thresholds(report))),
        history=history,
        facts=noteworthy(month, cases, stages, history),
    )


def _rows(report: Report, cases: Iterable[Case], month: Month) -> list[Row]:
    """The clocks that the report's own commitments promised."""
    thresholds = _thresholds(report)
    return [
        Row(case, clock, month.decides(clock), thresholds[clock.promise_key])
        for case in cases
        for clock in case.clocks
        if clock.promise_key in thresholds
    ]


def _thresholds(report: Report) -> dict[int, int]:
    """The report's own commitments, each with its threshold: a bailleur does not answer for the town's."""
    own = Commitment.objects.all()
    if report.convention is not None:
        own = own.filter(version__convention=report.convention)
    return dict(own.values_list("pk", "threshold_percent"))


def _cover(report: Report, month: Month, managed: list[Residence], *, is_draft: bool, author: str) -> Cover:
    convention = report.convention
    in_force = None
    if convention is not None:
        begun = convention.versions.activated().filter(in_force_from__lte=month.last_day)
        in_force = begun.order_by("number").last()
    return Cover(
        subject=convention.name if convention else "Commune du Lamentin",
        version=in_force.label if in_force else "",
        month=report.month,
        timezone=month.timezone,
        residences=len(managed),
        dwellings=sum(residence.dwellings or 0 for residence in managed),
        is_draft=is_draft,
        is_illustrative=convention.is_illustrative if convention else _any_illustrative(),
        is_demonstration=any(residence.is_demonstration for residence in managed),
        author=author or "DSU du Lamentin",
        as_of=month.as_of,
        commentary=report.commentary,
        signatory=convention.organisation.short_name if convention else "",
        signatory_commentary=report.signatory_commentary,
        audit_head=head(month.as_of),
    )


def _any_illustrative() -> bool:
    return Commitment.objects.filter(version__convention__is_illustrative=True).exists()


def _residences(report: Report, month: Month) -> list[Residence]:
    """The residences in the report's perimeter, as managed on the month's last day."""
    managements = Management.objects.on(month.last_day).select_related("residence__quartier__perimeter")
    if report.convention is not None:
        managements = managements.filter(bailleur=report.convention.organisation)
    return [management.residence for management in managements.order_by("residence__name")]


def _stock(month: Month, cases: Iterable[Case]) -> Stock:
    start, end = month.bounds()
    at_start = opened = at_end = closed = reopened = 0
    for case in cases:
        at_start += case.is_open_before(start)
        at_end += case.is_open_before(end)
        opened += start <= case.incident.reported_at < end
        ended, revived = case.turns(start, end)
        closed += ended
        reopened += revived
    return Stock(at_start, opened, reopened, closed, at_end)


def _lines(rows: list[Row], month: Month, key: Callable[[Row], tuple[str, str]]) -> list[StageLine]:
    """One line for each (stage, family) that the month decided or started, in the order of the stages."""
    start, end = (int(each.timestamp()) for each in month.bounds())
    now = int(month.as_of.timestamp())
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        started = start <= row.clock.started_at < end
        if row.decided.contractual or row.decided.strict or (started and row.clock.cancelled_at is None):
            groups.setdefault(key(row), []).append(row)
    lines = []
    for (stage, family), group in groups.items():
        three = rates(row.decided for row in group)
        followed = [
            row.clock for row in group if start <= row.clock.started_at < end and row.clock.cancelled_at is None
        ]
        median, p90 = kaplan_meier(
            [(clock.stopped_at if clock.stopped_at is not None else now) - clock.started_at for clock in followed],
            [clock.stopped_at is not None for clock in followed],
        )
        threshold = min(row.threshold_percent for row in group)
        lines.append(
            StageLine(stage, family, three.contractual, three.strict, three.arbitrated, threshold, median, p90)
        )
    order = StageChoice.values
    return sorted(lines, key=lambda line: (order.index(line.stage), line.family))


def _places(month: Month, cases: list[Case], rows: list[Row], managed: list[Residence]) -> list[PlaceLine]:
    """Residences first, then the quartiers and perimeters that sum them."""
    lines: list[PlaceLine] = []
    groupings: list[tuple[str, Callable[[Residence], str]]] = [
        ("residence", lambda residence: residence.name),
        ("quartier", lambda residence: residence.quartier.name),
        ("perimeter", lambda residence: residence.quartier.perimeter.name),
    ]
    for kind, name_of in groupings:
        residences: dict[str, list[Residence]] = {}
        for residence in managed:
            residences.setdefault(name_of(residence), []).append(residence)
        for name, within in residences.items():
            here = {residence.pk for residence in within}
            lines.append(_place(month, kind, name, within, here, cases, rows))
    return lines


def _place(
    month: Month, kind: str, name: str, within: list[Residence], here: set[int], cases: list[Case], rows: list[Row]
) -> PlaceLine:
    start, end = month.bounds()
    own = [case for case in cases if case.incident.residence_id in here]
    backlog = [case for case in own if case.is_open_before(end)]
    ages = [int((end - case.incident.reported_at).total_seconds()) for case in backlog]
    decided = rates(row.decided for row in rows if row.case.incident.residence_id in here)
    return PlaceLine(
        kind=kind,
        name=name,
        dwellings=sum(residence.dwellings or 0 for residence in within),
        opened=sum(start <= case.incident.reported_at < end for case in own),
        rate=decided.contractual,
        backlog=len(backlog),
        mean_age_seconds=sum(ages) // len(ages) if ages else None,
        recurrent=_recurrent(month, here),
    )


def _recurrent(month: Month, residence_ids: set[int]) -> int:
    """Problems that came back: one category at one spot, three times in the 90 days before the month's end."""
    _, end = month.bounds()
    since = end - timedelta(days=RECURRENCE_DAYS)
    recent = incidents_of(month.report).filter(
        residence__in=residence_ids, reported_at__gte=since, reported_at__lt=end, received_at__lte=month.as_of
    )
    times = Counter(recent.exclude(spot=None).values_list("residence_id", "spot_id", "category_id"))
    return sum(count >= RECURRENCE_TIMES for count in times.values())


def _missed_line(row: Row) -> MissedLine:
    incident, clock = row.case.incident, row.clock
    if clock.due_at is None:
        raise ValueError("Un délai dépassé a une échéance.")
    return MissedLine(
        reference=incident.ref,
        residence=incident.residence.name,
        category=incident.category.name,
        stage=clock.stage.value,
        due=instant(clock.due_at),
        stopped=maybe_instant(clock.stopped_at),
        lateness_seconds=clock.lateness_seconds,
        paused_seconds=clock.paused_seconds,
        excuse=row.case.excuse_of(clock),
    )


def _late_resolved(month: Month, rows: list[Row]) -> list[MissedLine]:
    """Missed in an earlier month, stopped in this one: "résolu hors délai, déjà compté" (rule 9)."""
    start, end = (int(each.timestamp()) for each in month.bounds())
    return [
        _missed_line(row)
        for row in rows
        if row.clock.due_at is not None
        and row.clock.stopped_at is not None
        and row.clock.due_at < start <= row.clock.stopped_at < end
        and not row.case.incident.is_confidential
    ]


def _escalations(report: Report, month: Month) -> list[EscalationLine]:
    start, end = month.bounds()
    fired = Escalation.objects.filter(
        fired_at__gte=start, fired_at__lt=min(end, month.as_of), incident__in=incidents_of(report).values("pk")
    )
    counted = Counter(fired.values_list("level", "audience", "is_superseded"))
    levels = sorted({(level, audience) for level, audience, _ in counted})
    return [
        EscalationLine(
            level,
            Audience(audience).label,
            counted[level, audience, False],
            counted[level, audience, True],
        )
        for level, audience in levels
    ]


def _closures(report: Report, month: Month, cases: list[Case]) -> Closures:
    start, end = month.bounds()
    events = [event for case in cases for event in case.events if start <= event.at < end]
    kinds = Counter(event.kind for event in events)
    resolved = [event for event in events if event.kind == EventKind.RESOLVED]
    supporters = Supporter.objects.filter(
        incident__in=incidents_of(report).values("pk"), at__gte=start, at__lt=end, at__lte=month.as_of
    )
    return Closures(
        done=len(resolved),
        proven=sum(bool(event.data.get("proven")) for event in resolved),
        confirmed=kinds[EventKind.CONFIRMED],
        contested=kinds[EventKind.CONTESTED],
        unanswered=kinds[EventKind.CLOSED],
        declined=kinds[EventKind.DECLINED],
        reopened=kinds[EventKind.REOPENED],
        supporters=supporters.count(),
        transferred=kinds[EventKind.TRANSFERRED],
        witnessed_residences=_witnessed(month, cases),
    )


def _witnessed(month: Month, cases: list[Case]) -> int:
    """Residences where an association spoke in the last 90 days: silence elsewhere is not quality."""
    _, end = month.bounds()
    since = end - timedelta(days=WITNESS_DAYS)
    spoke = {
        case.incident.residence_id
        for case in cases
        for event in case.events
        if since <= event.at < end and event.data.get("side") == "tenants" and event.actor_id is not None
    }
    mandated = set(
        Residence.objects.filter(memberships__role=Role.ASSOCIATION, memberships__is_active=True).values_list(
            "pk", flat=True
        )
    )
    return len(spoke & mandated)


def _history(month: Month) -> list[MonthPoint]:
    """The rate of the months before, as the reports published by then say it: a draft may still say something else."""
    earlier = Report.objects.filter(
        convention=month.report.convention,
        month__lt=month.first_day,
        status=ReportStatus.PUBLISHED,
        published_at__lte=month.as_of,
    ).order_by("-month")[: HISTORY_MONTHS - 1]
    return [
        MonthPoint(each.month, from_json(each.figures).total if each.figures else Rate()) for each in reversed(earlier)
    ]
