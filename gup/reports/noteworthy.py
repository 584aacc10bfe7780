"""Three facts worth reading, in words: the largest fall, the oldest open incident, the most supported."""

from gup.conventions.enums import StageChoice
from gup.incidents.enums import EventKind
from gup.reports.french import duration, percent
from gup.reports.history import Case, Month
from gup.reports.monthly import MonthPoint, StageLine
from gup.service_levels.compliance import Rate


def noteworthy(month: Month, cases: list[Case], stages: list[StageLine], history: list[MonthPoint]) -> list[str]:
    """At most three sentences; confidential incidents are never among them."""
    sentences = [_change(stages, history), _weakest(stages), _oldest(month, cases), _most_supported(month, cases)]
    return [sentence for sentence in sentences if sentence][:3]


def _change(stages: list[StageLine], history: list[MonthPoint]) -> str:
    """A move of five points or more against the month before, both large enough to mean something."""
    now = Rate(sum(line.contractual.held for line in stages), sum(line.contractual.missed for line in stages))
    before = history[-1].rate if history else Rate()
    if now.percent is None or before.percent is None or now.is_small or before.is_small:
        return ""
    if abs(now.percent - before.percent) < 5:
        return ""
    word = "recule" if now.percent < before.percent else "progresse"
    return f"Le taux d'engagements tenus {word} de {percent(before)} à {percent(now)} en un mois."


def _weakest(stages: list[StageLine]) -> str:
    judged = [line for line in stages if not line.contractual.is_small]
    if not judged:
        return ""
    weakest = min(judged, key=lambda line: line.contractual.percent or 0)
    if weakest.contractual.meets(weakest.threshold_percent):
        return "Chaque étape mesurée atteint son seuil ce mois-ci."
    label = StageChoice(weakest.stage).label.lower()
    reached, threshold = percent(weakest.contractual), weakest.threshold_percent
    return f"L'étape la plus en retrait est « {label} » : {reached} pour un seuil de {threshold} %."


def _oldest(month: Month, cases: list[Case]) -> str:
    _, end = month.bounds()
    waiting = [case for case in cases if case.is_open_before(end) and not case.incident.is_confidential]
    if not waiting:
        return ""
    oldest = min(waiting, key=lambda case: (case.incident.reported_at, case.incident.pk)).incident
    age = duration(int((end - oldest.reported_at).total_seconds()))
    what = f"{oldest.ref} ({oldest.category.name}, {oldest.residence.name})"
    return f"Le plus ancien incident ouvert, {what}, attend depuis {age}."


def _most_supported(month: Month, cases: list[Case]) -> str:
    start, end = month.bounds()
    best, most = None, 0
    for case in cases:
        supports = sum(event.kind == EventKind.SUPPORTED and start <= event.at < end for event in case.events)
        if supports > most and not case.incident.is_confidential:
            best, most = case.incident, supports
    if best is None:
        return ""
    return f"L'incident le plus soutenu est {best.ref} ({best.category.name}, {best.residence.name}) : {most} soutiens."
