"""The month's figures as rows, one figure each, for whatever opens them: ISO dates, seconds, counts."""

from collections.abc import Iterator

from gup.conventions.enums import CommitmentKind, StageChoice
from gup.reports.cells import Cell
from gup.reports.french import CONFIDENTIAL, percent_figure
from gup.reports.monthly import KindLine, MissedLine, MonthlyFigures, PlaceLine, StageLine
from gup.service_levels.compliance import Rate

HEADER = ("tableau", "ligne", "mesure", "valeur", "unité")
PERCENT = "%"


def rows(figures: MonthlyFigures) -> Iterator[tuple[Cell, ...]]:
    """Long form (table, line, measure, value, unit): every part of the report reads the same way."""
    cover = figures.cover
    for name, value in (
        ("objet", cover.subject),
        ("version", cover.version),
        ("mois", f"{cover.month:%Y-%m}"),
        ("état", "projet" if cover.is_draft else "publié"),
        ("arrêté au (UTC)", cover.as_of.isoformat()),
        ("tête du journal d'audit", cover.audit_head),
    ):
        yield "couverture", "", name, value, ""
    yield "couverture", "", "résidences", cover.residences, "nombre"
    yield "couverture", "", "logements", cover.dwellings, "nombre"
    stock = figures.stock
    for name, count in (
        ("stock au début", stock.start),
        ("ouverts", stock.opened),
        ("rouverts", stock.reopened),
        ("clos ou rattachés", stock.closed),
        ("stock à la fin", stock.end),
        ("hors convention", figures.unbound),
    ):
        yield "en bref", "", name, count, "incidents"
    for line in figures.stages:
        yield from _stage("étapes", StageChoice(line.stage).label, line)
    for line in figures.families:
        yield from _stage("étapes par famille", f"{StageChoice(line.stage).label} · {line.family}", line)
    for place in figures.places:
        yield from _place(place)
    for missed in figures.missed:
        yield from _missed("délais dépassés", missed)
    yield "délais dépassés", "", "confidentiels, non listés", figures.missed_confidential, "délais"
    for missed in figures.late_resolved:
        yield from _missed("résolus hors délai, déjà comptés", missed)
    for escalation in figures.escalations:
        name = f"niveau {escalation.level} · {escalation.audience}"
        yield "escalades", name, "envoyées", escalation.fired, "nombre"
        yield "escalades", name, "dépassées par un niveau plus haut", escalation.superseded, "nombre"
    closures = figures.closures
    for name, count in (
        ("réparations annoncées", closures.done),
        ("prouvées", closures.proven),
        ("confirmées", closures.confirmed),
        ("contestées", closures.contested),
        ("closes sans réponse", closures.unanswered),
        ("closes sans réparation", closures.declined),
        ("rouvertes", closures.reopened),
        ("soutiens", closures.supporters),
        ("transmissions", closures.transferred),
        ("résidences avec une association active", closures.witnessed_residences),
    ):
        yield "réparations", "", name, count, "nombre"
    for kind in figures.kinds:
        yield from _kind(kind)
    for correction in figures.corrections:
        name = f"{correction.month:%Y-%m} · {correction.reference or CONFIDENTIAL}"
        yield "régularisations", name, StageChoice(correction.stage).label, correction.change, ""
    for point in figures.history:
        yield from _rate("historique", f"{point.month:%Y-%m}", "contractuel", point.rate)


def _stage(table: str, name: str, line: StageLine) -> Iterator[tuple[Cell, ...]]:
    yield from _rate(table, name, "contractuel", line.contractual)
    yield from _rate(table, name, "strict", line.strict)
    yield from _rate(table, name, "après arbitrage", line.arbitrated)
    yield table, name, "seuil", line.threshold_percent, "%"
    yield table, name, "médiane", line.median_seconds, "secondes"
    yield table, name, "90e centile", line.p90_seconds, "secondes"


def _rate(table: str, name: str, which: str, rate: Rate) -> Iterator[tuple[Cell, ...]]:
    yield table, name, f"{which} : tenus", rate.held, "délais"
    yield table, name, f"{which} : dépassés", rate.missed, "délais"
    yield table, name, f"{which} : taux", percent_figure(rate), "%"


def _place(place: PlaceLine) -> Iterator[tuple[Cell, ...]]:
    table = {"residence": "résidences", "quartier": "quartiers", "perimeter": "périmètres"}[place.kind]
    yield table, place.name, "logements", place.dwellings or None, "nombre"
    yield table, place.name, "ouverts", place.opened, "incidents"
    yield table, place.name, "en cours", place.backlog, "incidents"
    yield table, place.name, "âge moyen", place.mean_age_seconds, "secondes"
    yield table, place.name, "problèmes récurrents", place.recurrent, "nombre"
    yield from _rate(table, place.name, "contractuel", place.rate)


def _kind(line: KindLine) -> Iterator[tuple[Cell, ...]]:
    table = f"autres engagements : {CommitmentKind(line.kind).label.lower()}"
    name = " · ".join(each for each in (line.party, line.label, line.subject) if each)
    yield table, name, "promis", line.target, ""
    yield table, name, "dû", line.due, ""
    yield table, name, "constaté", line.measured, ""
    yield table, name, "tenus", line.held, "verdicts"
    yield table, name, "manqués", line.missed, "verdicts"
    yield table, name, "verdict", line.verdict, ""


def _missed(table: str, missed: MissedLine) -> Iterator[tuple[Cell, ...]]:
    name = f"{missed.reference} · {StageChoice(missed.stage).label}"
    yield table, name, "résidence", missed.residence, ""
    yield table, name, "catégorie", missed.category, ""
    yield table, name, "échéance (UTC)", missed.due.isoformat(), ""
    yield table, name, "atteint le (UTC)", missed.stopped.isoformat() if missed.stopped else None, ""
    yield table, name, "retard", missed.lateness_seconds, "secondes"
    yield table, name, "suspendu", missed.paused_seconds, "secondes"
    yield table, name, "arbitrage", missed.excuse, ""
