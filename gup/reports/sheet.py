"""The report in words: every figure said once, in French, for the PDF and the page alike."""

from typing import Any

from gup.conventions.enums import CommitmentKind, StageChoice
from gup.reports.charts import described, rate_curve
from gup.reports.french import CONFIDENTIAL, duration, moment, month_name, per_hundred, percent
from gup.reports.monthly import KindLine, MissedLine, MonthlyFigures, PlaceLine, StageLine
from gup.service_levels.compliance import Rate
from gup.service_levels.french_time import NOTHING

VERDICTS = {"held": "tenu", "missed": "manqué", "pending": "en cours", "": NOTHING}


def sheet(figures: MonthlyFigures) -> dict[str, Any]:
    """Display strings only: a renderer lays them out and computes nothing."""
    cover, stock = figures.cover, figures.stock
    threshold = _common_threshold(figures)
    points = [(point.month, point.rate) for point in figures.history] + [(cover.month, figures.total)]
    return {
        "subject": cover.subject,
        "version": cover.version,
        "month": month_name(cover.month),
        "state": "Projet" if cover.is_draft else "Publié",
        "watermarks": [
            word for word, shown in (("PROJET", cover.is_draft), ("ILLUSTRATIF", cover.is_illustrative)) if shown
        ],
        "perimeter": f"{cover.residences} résidences, {cover.dwellings} logements connus",
        "author": cover.author,
        "as_of": moment(cover.as_of, cover.timezone),
        "comments": [
            [name, words]
            for name, words in (("DSU", cover.commentary), (cover.signatory, cover.signatory_commentary))
            if words
        ],
        "demonstration": cover.is_demonstration,
        "audit_head": cover.audit_head,
        "stock": [str(each) for each in (stock.start, stock.opened, stock.reopened, stock.closed, stock.end)],
        "unbound": str(figures.unbound),
        "total": percent(figures.total),
        "facts": figures.facts,
        "curve": rate_curve(points, threshold),
        "curve_words": described(points, threshold),
        "curve_legend": _legend(threshold),
        "curve_table": [[month_name(month), _counts(rate), percent(rate)] for month, rate in points],
        "stages": [_stage(line) for line in figures.stages],
        "families": [_stage(line) for line in figures.families],
        "residences": [_place(line) for line in figures.places_of("residence")],
        "quartiers": [_place(line) for line in figures.places_of("quartier")],
        "perimeters": [_place(line) for line in figures.places_of("perimeter")],
        "missed": [_missed(line, cover.timezone) for line in figures.missed],
        "missed_confidential": figures.missed_confidential,
        "late_resolved": [_missed(line, cover.timezone) for line in figures.late_resolved],
        "escalations": [
            [str(line.level), line.audience, str(line.fired), str(line.superseded)] for line in figures.escalations
        ],
        "closures": _closures(figures),
        "kinds": [_kind(line, many=len({each.party for each in figures.kinds}) > 1) for line in figures.kinds],
        "corrections": [
            [month_name(line.month), line.reference or CONFIDENTIAL, StageChoice(line.stage).label, line.change]
            for line in figures.corrections
        ],
    }


def _common_threshold(figures: MonthlyFigures) -> int | None:
    """What every stage of the month was promised to reach; None where they differ: one line would lie about some."""
    promised = {line.threshold_percent for line in figures.stages}
    return promised.pop() if len(promised) == 1 else None


def _legend(threshold: int | None) -> str:
    dotted = "Chaque étape a son seuil." if threshold is None else f"Trait pointillé : seuil de {threshold} %."
    return f"{dotted} Point creux : moins de 5 délais échus. Un mois sans délai échu interrompt la courbe."


def _stage(line: StageLine) -> list[str]:
    meets = line.contractual.meets(line.threshold_percent)
    verdict = NOTHING if meets is None else "atteint" if meets else "non atteint"
    small = " *" if line.contractual.decided > 0 and line.contractual.is_small else ""
    return [
        StageChoice(line.stage).label + (f" · {line.family}" if line.family else ""),
        str(line.contractual.decided) + small,
        str(line.contractual.held),
        str(line.contractual.missed),
        percent(line.contractual),
        percent(line.strict),
        percent(line.arbitrated),
        duration(line.median_seconds),
        duration(line.p90_seconds),
        f"{line.threshold_percent}\u202f%",
        verdict,
    ]


def _place(line: PlaceLine) -> list[str]:
    return [
        line.name,
        str(line.dwellings or NOTHING),
        str(line.opened),
        per_hundred(line.opened, line.dwellings),
        _counts(line.rate),
        percent(line.rate) + (" *" if line.rate.decided > 0 and line.rate.is_small else ""),
        str(line.backlog),
        duration(line.mean_age_seconds),
        str(line.recurrent or NOTHING),
    ]


def _missed(line: MissedLine, timezone: str) -> list[str]:
    return [
        line.reference,
        line.residence,
        line.category,
        StageChoice(line.stage).label,
        moment(line.due, timezone),
        moment(line.stopped, timezone) if line.stopped else "toujours en cours",
        duration(line.lateness_seconds),
        duration(line.paused_seconds) if line.paused_seconds else NOTHING,
        line.excuse or NOTHING,
    ]


def _closures(figures: MonthlyFigures) -> list[list[str]]:
    closures = figures.closures
    answered = closures.confirmed + closures.contested
    return [
        ["Réparations annoncées", str(closures.done), ""],
        [
            "dont prouvées par une photo",
            str(closures.proven),
            percent(Rate(closures.proven, closures.done - closures.proven)),
        ],
        [
            "Confirmées par les locataires",
            str(closures.confirmed),
            percent(Rate(closures.confirmed, answered - closures.confirmed)),
        ],
        ["Contestées par les locataires", str(closures.contested), ""],
        ["Closes sans réponse des locataires", str(closures.unanswered), ""],
        ["Closes sans réparation, avec motif", str(closures.declined), ""],
        ["Rouvertes par un responsable ou le DSU", str(closures.reopened), ""],
        ["Transmises à un autre partenaire", str(closures.transferred), ""],
        ["Soutiens (« moi aussi »)", str(closures.supporters), ""],
        [
            "Résidences où une association s'est exprimée (90 jours)",
            f"{closures.witnessed_residences} sur {figures.cover.residences}",
            "",
        ],
    ]


def _kind(line: KindLine, *, many: bool) -> list[str]:
    """`many`: the report speaks of several parties, so each line names its own."""
    subject = " · ".join(each for each in (line.party if many else "", line.subject) if each)
    return [
        f"{CommitmentKind(line.kind).label} · {line.label}",
        subject or NOTHING,
        line.target,
        line.due,
        line.measured,
        _counts(Rate(line.held, line.missed)),
        VERDICTS[line.verdict],
    ]


def _counts(rate: Rate) -> str:
    return f"{rate.held} sur {rate.decided}" if rate.decided else NOTHING
