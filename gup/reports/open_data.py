"""What anybody may read of the published reports: aggregates alone, never a line that few people stand behind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from gup.conventions.enums import StageChoice
from gup.reports.cells import Cell
from gup.reports.enums import ReportStatus
from gup.reports.french import percent_figure
from gup.reports.models import Report
from gup.reports.monthly import MonthlyFigures, PlaceLine, StageLine, from_json
from gup.service_levels.compliance import SMALL_SAMPLE, Rate

# Below five, a count could point at somebody: it is said to be small, and what derives from it is left out.
FEW, MASKED = f"< {SMALL_SAMPLE}", "masqué"
HIDING = (
    f"« {FEW} » : de 1 à {SMALL_SAMPLE - 1} ; « {MASKED} » : le nombre trahirait le seul petit nombre de la colonne."
)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One measure of one published month; a count is a number, FEW or MASKED."""

    month: str
    convention: str
    is_illustrative: bool
    scope: str
    subject: str
    opened: Cell
    backlog: Cell
    decided: Cell
    contractual: str | None
    strict: str | None
    arbitrated: str | None
    threshold: int | None


# Each column of the files: its name there, where it comes from, and what it means.
DICTIONARY: dict[str, tuple[str, str]] = {
    "mois": ("month", "Mois publié, AAAA-MM, heure de la Martinique."),
    "convention": ("convention", "Convention de gestion urbaine de proximité."),
    "illustratif": ("is_illustrative", "Vrai : convention inventée pour la démonstration du logiciel."),
    "portee": ("scope", "convention : toute la convention ; quartier : un quartier ; etape : une étape promise."),
    "objet": ("subject", "Le nom du quartier ou de l'étape ; vide pour la convention entière."),
    "ouverts": ("opened", f"Incidents signalés dans le mois. {HIDING}"),
    "en_cours": ("backlog", f"Incidents ni clos ni rattachés à la fin du mois. {HIDING}"),
    "delais_echus": ("decided", f"Délais tenus ou dépassés dans le mois. {HIDING}"),
    "taux_contractuel": (
        "contractual",
        f"Part des délais tenus, en pour cent, arrondie vers le bas ; vide sous {SMALL_SAMPLE} délais.",
    ),
    "taux_strict": ("strict", "La même sans aucune suspension : ce que les habitants ont vécu."),
    "taux_apres_arbitrage": ("arbitrated", "La même sans les retards que le DSU a excusés."),
    "seuil": ("threshold", "Le taux promis, en pour cent."),
}


def open_lines() -> Iterator[OpenLine]:
    """Every published month of every convention, oldest first; confidential incidents are counted like others."""
    published = Report.objects.filter(status=ReportStatus.PUBLISHED, convention__isnull=False)
    for report in published.select_related("convention").order_by("month", "convention__slug"):
        if report.convention is not None and report.figures is not None:
            yield from _lines(report.convention.slug, report.month, from_json(report.figures))


def dictionary() -> list[tuple[str, str]]:
    """Each column, and what it means."""
    return [(name, meaning) for name, (_, meaning) in DICTIONARY.items()]


def as_object(line: OpenLine) -> dict[str, Any]:
    """The line under the names of the files' columns."""
    return {name: getattr(line, attribute) for name, (attribute, _) in DICTIONARY.items()}


def as_row(line: OpenLine) -> list[Cell]:
    """The line as cells of a CSV, flags in French."""
    plain = as_object(line) | {"illustratif": "oui" if line.is_illustrative else "non"}
    return list(plain.values())


def _lines(convention: str, month: date, figures: MonthlyFigures) -> Iterator[OpenLine]:
    common = (f"{month:%Y-%m}", convention, figures.cover.is_illustrative)
    total, strict, arbitrated = _totals(figures.stages)
    yield OpenLine(
        *common, "convention", "", _few(figures.stock.opened), _few(figures.stock.end), _few(total.decided),
        _rate(total), _rate(strict), _rate(arbitrated), None,
    )  # fmt: skip
    for stage in figures.stages:
        yield OpenLine(
            *common, "etape", StageChoice(stage.stage).label, None, None, _few(stage.contractual.decided),
            _rate(stage.contractual), _rate(stage.strict), _rate(stage.arbitrated), stage.threshold_percent,
        )  # fmt: skip
    for place, (opened, backlog, decided) in _quartiers(figures.places_of("quartier")):
        shown = _rate(place.rate) if decided == place.rate.decided else None
        yield OpenLine(*common, "quartier", place.name, opened, backlog, decided, shown, None, None, None)


def _totals(stages: Iterable[StageLine]) -> tuple[Rate, Rate, Rate]:
    three: list[Rate] = []
    for name in ("contractual", "strict", "arbitrated"):
        each: list[Rate] = [getattr(stage, name) for stage in stages]
        three.append(Rate(sum(rate.held for rate in each), sum(rate.missed for rate in each)))
    return three[0], three[1], three[2]


def _quartiers(places: list[PlaceLine]) -> list[tuple[PlaceLine, tuple[Cell, Cell, Cell]]]:
    """Each quartier with its three counts. A small one that stood alone would be the total less the others."""
    columns = [
        hiding_few([place.opened for place in places]),
        hiding_few([place.backlog for place in places]),
        hiding_few([place.rate.decided for place in places]),
    ]
    return [(place, (columns[0][at], columns[1][at], columns[2][at])) for at, place in enumerate(places)]


def hiding_few(counts: list[int]) -> list[Cell]:
    """The counts of one column as they may be read; beside one that alone is hidden, the next smallest hides too."""
    small = [at for at, count in enumerate(counts) if 0 < count < SMALL_SAMPLE]
    others = [at for at, count in enumerate(counts) if count >= SMALL_SAMPLE]
    cells: list[Cell] = [_few(count) for count in counts]
    if len(small) == 1 and others:
        cells[min(others, key=lambda at: counts[at])] = MASKED
    return cells


def _few(count: int) -> Cell:
    return FEW if 0 < count < SMALL_SAMPLE else count


def _rate(rate: Rate) -> str | None:
    return None if rate.is_small else percent_figure(rate)
