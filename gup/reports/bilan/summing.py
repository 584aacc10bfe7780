"""From the published months to the bilan's figures. Each delay counted once in its month, so sums are true."""

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime

from gup.conventions.enums import CommitmentKind, StageChoice
from gup.partners.models import Management
from gup.places.models import Quartier
from gup.reports.bilan.agenda import proposed_agenda
from gup.reports.bilan.figures import (
    BilanCover,
    BilanFigures,
    DecisionLine,
    Objective,
    QuartierMonth,
    QuartierSheet,
)
from gup.reports.bilan_models import Bilan
from gup.reports.committee_models import CommitteeSession
from gup.reports.enums import BilanKind, Committee, ReportStatus
from gup.reports.french import month_name
from gup.reports.models import Report
from gup.reports.monthly import Closures, KindLine, MonthlyFigures, MonthPoint, StageLine, from_json
from gup.service_levels.compliance import Rate

LAST_MONTH = {BilanKind.ANNUAL: 12, BilanKind.MID_YEAR: 6}
# The comité de pilotage votes on the year, the comité technique prepares it (founding convention of 2007).
READER = {BilanKind.ANNUAL: Committee.STEERING, BilanKind.MID_YEAR: Committee.TECHNICAL}


def bilan_figures(bilan: Bilan, *, now: datetime, is_draft: bool = True, author: str = "") -> BilanFigures:
    """The sums of the period's published months; the same months give the same sums."""
    months = [date(bilan.year, number, 1) for number in range(1, LAST_MONTH[BilanKind(bilan.kind)] + 1)]
    told = _published(bilan, months)
    objectives = _objectives(bilan, told)
    quartiers = _quartiers(bilan, told, months[-1])
    decisions = _decisions(bilan, now)
    convention = bilan.convention
    return BilanFigures(
        cover=BilanCover(
            title=f"{BilanKind(bilan.kind).label} {bilan.year}",
            subject=convention.name if convention else "Commune du Lamentin",
            first=months[0],
            last=months[-1],
            timezone=convention.timezone if convention else "America/Martinique",
            published=[figures.cover.month for figures in told],
            missing=[month for month in months if month not in {figures.cover.month for figures in told}],
            is_draft=is_draft,
            is_illustrative=any(figures.cover.is_illustrative for figures in told),
            author=author or "DSU du Lamentin",
            as_of=now,
            commentary=bilan.commentary,
        ),
        opened=sum(figures.stock.opened for figures in told),
        closed=sum(figures.stock.closed for figures in told),
        reopened=sum(figures.stock.reopened for figures in told),
        backlog=told[-1].stock.end if told else None,
        months=[MonthPoint(figures.cover.month, figures.total) for figures in told],
        objectives=objectives,
        quartiers=quartiers,
        closures=_closures(told),
        corrections=sum(len(figures.corrections) for figures in told),
        decisions=decisions,
        agenda=proposed_agenda(objectives, quartiers, decisions),
    )


def _published(bilan: Bilan, months: list[date]) -> list[MonthlyFigures]:
    """What was sealed; a draft may still say something else, and is left out."""
    found = Report.objects.filter(convention=bilan.convention, month__in=months, status=ReportStatus.PUBLISHED)
    return [from_json(report.figures) for report in found.order_by("month") if report.figures]


def _objectives(bilan: Bilan, told: list[MonthlyFigures]) -> list[Objective]:
    """The delays first, by stage and family; then the other promises, each over all its subjects."""
    stages: dict[tuple[str, str], list[StageLine]] = {}
    kinds: dict[tuple[str, str], list[KindLine]] = {}
    for figures in told:
        for stage in figures.families:
            stages.setdefault((stage.stage, stage.family), []).append(stage)
        for kind in figures.kinds:
            kinds.setdefault((kind.kind, kind.label), []).append(kind)
    order = StageChoice.values
    in_order = sorted(stages.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return [
        *(_of_stage(bilan, lines) for _, lines in in_order),
        *(_of_kind(bilan, lines) for _, lines in sorted(kinds.items())),
    ]


def _of_stage(bilan: Bilan, lines: list[StageLine]) -> Objective:
    """The threshold is the last one promised: an amendment may have moved it."""
    last = lines[-1]
    name = f"{StageChoice(last.stage).label} · {last.family}"
    return Objective(
        name=name,
        target=f"{last.threshold_percent} % des délais tenus",
        threshold=last.threshold_percent,
        contractual=_sum(line.contractual for line in lines),
        strict=_sum(line.strict for line in lines),
        arbitrated=_sum(line.arbitrated for line in lines),
        comment=str(bilan.comments.get(name, "")),
    )


def _of_kind(bilan: Bilan, lines: list[KindLine]) -> Objective:
    last = lines[-1]
    name = f"{CommitmentKind(last.kind).label} · {last.label}"
    rate = _sum(Rate(line.held, line.missed) for line in lines)
    return Objective(name, last.target, None, rate, None, None, str(bilan.comments.get(name, "")))


def _quartiers(bilan: Bilan, told: list[MonthlyFigures], last: date) -> list[QuartierSheet]:
    """All fourteen, in the order of the founding convention's perimeters: one that is silent has its sheet too."""
    managed = Management.objects.on(last).select_related("residence__quartier")
    if bilan.convention is not None and not bilan.convention.is_annex:
        managed = managed.filter(bailleur=bilan.convention.organisation_id)
    residences: dict[int, list[tuple[str, int]]] = {}
    for each in managed:
        here = (each.residence.name, each.residence.dwellings or 0)
        residences.setdefault(each.residence.quartier_id, []).append(here)
    return [
        _sheet(quartier, residences.get(quartier.pk, []), told)
        for quartier in Quartier.objects.select_related("perimeter")
    ]


def _sheet(quartier: Quartier, residences: list[tuple[str, int]], told: list[MonthlyFigures]) -> QuartierSheet:
    names = {name for name, _ in residences}
    lines = [
        (figures, place) for figures in told for place in figures.places_of("quartier") if place.name == quartier.name
    ]
    kinds = [kind for figures in told for kind in figures.kinds if kind.subject in names]
    return QuartierSheet(
        name=quartier.name,
        perimeter=quartier.perimeter.name,
        residences=len(residences),
        dwellings=sum(dwellings for _, dwellings in residences),
        months=[
            QuartierMonth(figures.cover.month, place.opened, place.rate, place.backlog) for figures, place in lines
        ],
        passages=_sum(Rate(kind.held, kind.missed) for kind in kinds if kind.kind == CommitmentKind.RECURRENCE),
        walks=[
            f"{kind.subject} : {kind.measured} (promis : {kind.target})"
            for kind in kinds
            if kind.kind == CommitmentKind.QUALITY_LEVEL and kind.held + kind.missed
        ],
        recurrent=max((place.recurrent for _, place in lines), default=0),
    )


def _closures(told: list[MonthlyFigures]) -> Closures:
    """Sums, but for the witnessed residences: those of the last month, as it said them."""
    names = [each.name for each in dataclasses.fields(Closures)]
    sums = {name: sum(getattr(figures.closures, name) for figures in told) for name in names}
    return Closures(**sums | {"witnessed_residences": told[-1].closures.witnessed_residences if told else 0})


def _decisions(bilan: Bilan, now: datetime) -> list[DecisionLine]:
    """Those of the last sitting of the committee that reads this bilan, and every older one still under way."""
    sessions = CommitteeSession.objects.filter(held_at__lte=now, committee=READER[BilanKind(bilan.kind)])
    found = sessions.filter(convention=bilan.convention).prefetch_related("decisions__owner").order_by("-held_at")
    return [
        DecisionLine(
            session=str(session),
            text=decision.text,
            owner=decision.owner.short_name,
            due_on=decision.due_on,
            outcome=decision.outcome,
            words=decision.outcome_text,
        )
        for index, session in enumerate(found)
        for decision in session.decisions.all()
        if index == 0 or decision.settled_on is None
    ]


def _sum(rates: Iterable[Rate]) -> Rate:
    found = list(rates)
    return Rate(sum(each.held for each in found), sum(each.missed for each in found))


def missing_words(cover: BilanCover) -> str:
    """What the sums leave out, in French; empty when nothing is."""
    if not cover.missing:
        return ""
    names = ", ".join(month_name(month) for month in cover.missing)
    return f"Mois sans rapport publié, absents de ces sommes : {names}."
