"""The bilan in words: display strings only, for the PDF and the page alike."""

from typing import Any

from gup.reports.bilan.figures import BilanFigures, DecisionLine, Objective, QuartierSheet
from gup.reports.bilan.summing import missing_words
from gup.reports.charts import described, month_bars, rate_curve
from gup.reports.enums import Outcome
from gup.reports.french import moment, month_name, per_hundred, percent, points
from gup.service_levels.compliance import Rate
from gup.service_levels.french_time import NOTHING


def bilan_sheet(figures: BilanFigures) -> dict[str, Any]:
    """A renderer lays these out and computes nothing."""
    cover = figures.cover
    curve = [(each.month, each.rate) for each in figures.months]
    return {
        "title": cover.title,
        "subject": cover.subject,
        "period": f"de {month_name(cover.first)} à {month_name(cover.last)}",
        "coverage": f"{len(cover.published)} mois publiés sur {len(cover.published) + len(cover.missing)}",
        "missing": missing_words(cover),
        "state": "Projet" if cover.is_draft else "Publié",
        "watermarks": [
            word for word, shown in (("PROJET", cover.is_draft), ("ILLUSTRATIF", cover.is_illustrative)) if shown
        ],
        "author": cover.author,
        "as_of": moment(cover.as_of, cover.timezone),
        "commentary": cover.commentary,
        "boxes": [
            ["Ouverts", str(figures.opened)],
            ["Clos ou rattachés", str(figures.closed)],
            ["Rouverts", str(figures.reopened)],
            ["Encore en cours", NOTHING if figures.backlog is None else str(figures.backlog)],
        ],
        "total": percent(figures.total),
        "curve": rate_curve(curve, None) if curve else "",
        "curve_words": described(curve, None),
        "curve_table": [[month_name(month), counted(rate), percent(rate)] for month, rate in curve],
        "objectives": [_objective(each) for each in figures.objectives],
        "comments": [[each.name, each.comment] for each in figures.objectives if each.comment],
        "quartiers": [_quartier(each) for each in figures.quartiers],
        "closures": _closures(figures),
        "corrections": str(figures.corrections),
        "decisions": [_decision(each) for each in figures.decisions],
        "agenda": figures.agenda,
    }


def counted(rate: Rate) -> str:
    return f"{rate.held} sur {rate.decided}" if rate.decided else NOTHING


def _objective(each: Objective) -> list[str]:
    small = " *" if each.contractual.decided and each.contractual.is_small else ""
    return [
        each.name,
        each.target,
        counted(each.contractual) + small,
        percent(each.contractual),
        NOTHING if each.strict is None else percent(each.strict),
        NOTHING if each.arbitrated is None else percent(each.arbitrated),
        points(each.gap),
    ]


def _quartier(each: QuartierSheet) -> dict[str, Any]:
    counts = [(month.month, month.opened) for month in each.months]
    words = f"{each.name} : incidents signalés par mois : " + ", ".join(
        f"{month_name(month)} {count}" for month, count in counts
    )
    return {
        "name": each.name,
        "perimeter": each.perimeter,
        "places": _places(each),
        "boxes": [
            ["Ouverts", str(each.opened)],
            ["Pour 100 logements", per_hundred(each.opened, each.dwellings)],
            ["Délais tenus", percent(each.rate) + (" *" if each.rate.decided and each.rate.is_small else "")],
            ["Encore en cours", NOTHING if each.backlog is None else str(each.backlog)],
        ],
        "chart": month_bars(counts, words) if each.opened else "",
        "chart_words": words,
        "months": [
            [month_name(month.month), str(month.opened), counted(month.rate), percent(month.rate), str(month.backlog)]
            for month in each.months
        ],
        "silence": _silence(each),
        "passages": f"{counted(each.passages)} ({percent(each.passages)})" if each.passages.decided else NOTHING,
        "walks": each.walks,
        "recurrent": str(each.recurrent or NOTHING),
    }


def _places(each: QuartierSheet) -> str:
    if not each.residences:
        return ""
    plural = "s" if each.residences > 1 else ""
    return f"{each.residences} résidence{plural} suivie{plural}, {each.dwellings} logements connus"


def _silence(each: QuartierSheet) -> str:
    """Nothing reported is not nothing wrong."""
    if not each.months:
        return "Aucun mois publié." if each.residences else "Aucune résidence de ce périmètre n'y est suivie."
    if not each.opened:
        return "Aucun signalement sur la période : ce silence n'est pas une preuve de qualité."
    return ""


def _closures(figures: BilanFigures) -> list[list[str]]:
    closures = figures.closures
    answered = Rate(closures.confirmed, closures.contested)
    return [
        ["Réparations annoncées", str(closures.done), ""],
        ["dont prouvées", str(closures.proven), percent(Rate(closures.proven, closures.done - closures.proven))],
        ["Confirmées par les locataires", str(closures.confirmed), percent(answered)],
        ["Contestées par les locataires", str(closures.contested), ""],
        ["Closes sans réponse des locataires", str(closures.unanswered), ""],
        ["Closes sans réparation, avec motif", str(closures.declined), ""],
        ["Transmises à un autre partenaire", str(closures.transferred), ""],
        ["Soutiens (« moi aussi »)", str(closures.supporters), ""],
    ]


def _decision(each: DecisionLine) -> list[str]:
    return [
        each.session,
        each.text,
        each.owner,
        NOTHING if each.due_on is None else f"{each.due_on:%d/%m/%Y}",
        Outcome(each.outcome).label + (f" : {each.words}" if each.words else ""),
    ]
