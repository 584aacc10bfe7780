"""The bilan's documents, all from the same frozen figures."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from gup.printing.printed import printed
from gup.reports.bilan.figures import BilanFigures, Objective, QuartierSheet
from gup.reports.bilan.sheet import bilan_sheet
from gup.reports.cells import Cell, csv_file
from gup.reports.french import percent_figure
from gup.reports.monthly import read_dataclass
from gup.reports.render_xlsx import workbook
from gup.reports.rows import HEADER, PERCENT
from gup.service_levels.compliance import Rate

TEMPLATE = Path(__file__).parent.parent / "typst" / "bilan.typ"


def bilan_pdf(figures: BilanFigures) -> bytes:
    """Raises RuntimeError with the typesetter's own words when it refuses them."""
    return printed(TEMPLATE, bilan_sheet(figures), at=figures.cover.as_of)


def bilan_csv(figures: BilanFigures) -> bytes:
    return csv_file([HEADER, *bilan_rows(figures)])


def bilan_xlsx(figures: BilanFigures) -> bytes:
    return workbook(bilan_rows(figures), f"{figures.cover.title} · {figures.cover.subject}")


def bilan_json(figures: BilanFigures) -> bytes:
    """The figures as plain JSON, sorted keys: what their digest is taken of."""
    return orjson.dumps(orjson.loads(orjson.dumps(asdict(figures))), option=orjson.OPT_SORT_KEYS)


def bilan_from_json(plain: dict[str, Any]) -> BilanFigures:
    """The figures back from what `bilan_json` wrote. Raises KeyError when a part is missing."""
    figures: BilanFigures = read_dataclass(BilanFigures, plain)
    return figures


def bilan_rows(figures: BilanFigures) -> Iterator[tuple[Cell, ...]]:
    """Table, line, measure, value, unit: as the monthly report's."""
    cover = figures.cover
    for name, value in (
        ("objet", cover.subject),
        ("bilan", cover.title),
        ("état", "projet" if cover.is_draft else "publié"),
        ("arrêté au (UTC)", cover.as_of.isoformat()),
        ("mois publiés", ", ".join(f"{month:%Y-%m}" for month in cover.published)),
        ("mois absents", ", ".join(f"{month:%Y-%m}" for month in cover.missing)),
    ):
        yield "couverture", "", name, value, ""
    for name, count in (
        ("ouverts", figures.opened),
        ("clos ou rattachés", figures.closed),
        ("rouverts", figures.reopened),
        ("en cours à la fin", figures.backlog),
    ):
        yield "en bref", "", name, count, "incidents"
    for each in figures.months:
        yield from _rate("mois", f"{each.month:%Y-%m}", "contractuel", each.rate)
    for objective in figures.objectives:
        yield from _objective(objective)
    for sheet in figures.quartiers:
        yield from _quartier(sheet)
    for name, count in asdict(figures.closures).items():
        yield "réparations", "", CLOSURES[name], count, "nombre"
    for decision in figures.decisions:
        yield "décisions", decision.session, decision.text, decision.outcome, decision.owner
    for index, item in enumerate(figures.agenda, start=1):
        yield "ordre du jour proposé", str(index), "", item, ""


CLOSURES = {
    "done": "réparations annoncées",
    "proven": "prouvées",
    "confirmed": "confirmées",
    "contested": "contestées",
    "unanswered": "closes sans réponse",
    "declined": "closes sans réparation",
    "reopened": "rouvertes",
    "supporters": "soutiens",
    "transferred": "transmissions",
    "witnessed_residences": "résidences avec une association active",
}


def _objective(each: Objective) -> Iterator[tuple[Cell, ...]]:
    yield "objectifs", each.name, "promis", each.target, ""
    yield "objectifs", each.name, "seuil", each.threshold, "%"
    for which, rate in (
        ("contractuel", each.contractual),
        ("strict", each.strict),
        ("après arbitrage", each.arbitrated),
    ):
        if rate is not None:
            yield from _rate("objectifs", each.name, which, rate)
    yield "objectifs", each.name, "commentaire", each.comment, ""


def _quartier(each: QuartierSheet) -> Iterator[tuple[Cell, ...]]:
    yield "quartiers", each.name, "périmètre", each.perimeter, ""
    for name, count, unit in (
        ("résidences", each.residences, "nombre"),
        ("logements", each.dwellings, "nombre"),
        ("ouverts", each.opened, "incidents"),
        ("en cours à la fin", each.backlog, "incidents"),
        ("problèmes récurrents", each.recurrent, "nombre"),
    ):
        yield "quartiers", each.name, name, count, unit
    yield from _rate("quartiers", each.name, "contractuel", each.rate)
    yield from _rate("quartiers", each.name, "passages", each.passages)
    for month in each.months:
        yield "quartiers par mois", f"{each.name} · {month.month:%Y-%m}", "ouverts", month.opened, "incidents"
        yield from _rate("quartiers par mois", f"{each.name} · {month.month:%Y-%m}", "contractuel", month.rate)


def _rate(table: str, name: str, which: str, rate: Rate) -> Iterator[tuple[Cell, ...]]:
    yield table, name, f"{which} : tenus", rate.held, "nombre"
    yield table, name, f"{which} : dépassés", rate.missed, "nombre"
    yield table, name, f"{which} : taux", percent_figure(rate), PERCENT
