"""A simulation in French words: the page, the CSV and the command all say it through here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gup.conventions.enums import StageChoice
from gup.reports.cells import Cell, csv_file
from gup.reports.french import moment, percent, points
from gup.reports.simulation import Comparison, Moved, Outcome, Side, Simulation
from gup.service_levels.compliance import Rate
from gup.service_levels.french_time import NOTHING

OUTCOMES = {
    Outcome.HELD: "tenu",
    Outcome.MISSED: "dépassé",
    Outcome.UNDECIDED: "non décidé",
    Outcome.ABSENT: "sans délai",
}
# What the DSU looks for first; the other changes follow.
FIRST = ((Outcome.HELD, Outcome.MISSED), (Outcome.MISSED, Outcome.HELD))
EVERYTHING = "toutes"
SIDE = ("tenus", "dépassés", "non décidés", "contractuel", "strict", "après arbitrage", "seuil (%)")
COMPARED = ("famille", "catégorie", "étape")
MOVED = ("référence", "résidence", "catégorie", "étape", "observé", "échéance", "avec l'avenant", "échéance")


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A clock that moves, in words."""

    reference: str
    residence: str
    category: str
    stage: str
    was: str
    due_was: str
    would_be: str
    due_would_be: str


@dataclass(frozen=True, slots=True)
class Direction:
    """The clocks that go from one outcome to another; `confidential` of them are counted in `count` and not listed."""

    title: str
    count: int
    confidential: int
    lines: list[MovedLine]


def period(found: Simulation) -> str:
    """Like "du 01/11/2025 au 31/10/2026"."""
    zone = found.version.convention.timezone
    first, last = (moment(at, zone)[:10] for at in (found.start, found.end - timedelta(seconds=1)))
    return f"du {first} au {last}"


def counts(found: Simulation) -> list[tuple[str, int]]:
    """What is counted in incidents and in clocks, each with its words."""
    others = sum(count for change, count in found.directions.items() if change not in FIRST)
    return [
        ("incidents comparés", found.incidents),
        ("délais tenus qui seraient dépassés", found.directions.get(FIRST[0], 0)),
        ("délais dépassés qui seraient tenus", found.directions.get(FIRST[1], 0)),
        ("autres délais changés", others),
        ("incidents avec un délai de plus", found.extended),
        ("incidents avec un délai de moins", found.reduced),
        ("incidents qui seraient hors convention", found.losing),
        ("incidents qui étaient hors convention", found.gaining),
    ]


def directions(found: Simulation) -> list[Direction]:
    """Every change of outcome, the two that matter most first, even empty."""
    order = [*FIRST, *(change for change in found.directions if change not in FIRST)]
    made = []
    for was, would_be in order:
        listed = [moved_line(each, found) for each in found.moved if (each.was, each.would_be) == (was, would_be)]
        count = found.directions.get((was, would_be), 0)
        title = f"{OUTCOMES[was].capitalize()} → {OUTCOMES[would_be]}"
        made.append(Direction(title, count, count - len(listed), listed))
    return made


def moved_line(moved: Moved, found: Simulation) -> MovedLine:
    zone = found.version.convention.timezone
    return MovedLine(
        reference=moved.reference,
        residence=moved.residence,
        category=moved.category,
        stage=StageChoice(moved.stage).label,
        was=OUTCOMES[moved.was],
        due_was=moment(moved.due_was, zone),
        would_be=OUTCOMES[moved.would_be],
        due_would_be=moment(moved.due_would_be, zone),
    )


def render_csv(found: Simulation) -> bytes:
    """What the page shows, for a spreadsheet: UTF-8 with BOM, `;`, one table after the other."""
    return csv_file(_rows(found))


def render_text(found: Simulation) -> str:
    """The same in plain text, by stage and by family, for a terminal."""
    lines = [f"{found.version}, incidents signalés {period(found)}"]
    lines += [f"{count:>6}  {name}" for name, count in counts(found)]
    lines += ["", _columns(["étape", "observé", "avec l'avenant", "écart"])]
    lines += [_columns(_text_cells(line, StageChoice(line.stage).label)) for line in found.stages]
    family = ""
    for line in found.families:
        if line.family != family:
            family = line.family
            lines += ["", family]
        lines.append(_columns(_text_cells(line, f"  {StageChoice(line.stage).label}")))
    lines += ["", "* moins de 5 délais échus", "", _columns(["escalades", "observé", "avec l'avenant", "écart"])]
    for each in found.levels:
        name = f"niveau {each.level} · {each.audience}"
        more = _more(each.observed, each.supposed)
        lines.append(_columns([name, str(each.observed), str(each.supposed), more]))
    for direction in directions(found):
        lines += ["", f"{direction.title} : {direction.count}, dont {direction.confidential} confidentiels non listés"]
        lines += [f"  {each.reference}  {each.stage}  {each.due_was} → {each.due_would_be}" for each in direction.lines]
    return "\n".join(lines)


def _rows(found: Simulation) -> Iterator[Sequence[Cell]]:
    yield "simulation", str(found.version)
    yield "incidents signalés", period(found)
    yield from counts(found)
    yield ()
    sides = [f"{side} : {name}" for side in ("observé", "avec l'avenant") for name in SIDE]
    yield *COMPARED, *sides, "écart", "moins de 5 délais échus"
    for line in (*found.stages, *found.families, *found.categories):
        names = (line.family or EVERYTHING, line.category or EVERYTHING, StageChoice(line.stage).label)
        small = "oui" if line.is_small else "non"
        yield *names, *_side(line.observed), *_side(line.supposed), points(line.points), small
    yield ()
    yield "niveau d'escalade", "destinataires", "observé", "avec l'avenant"
    for each in found.levels:
        yield each.level, each.audience, each.observed, each.supposed
    yield ()
    yield MOVED
    for direction in directions(found):
        for moved in direction.lines:
            yield (
                *(moved.reference, moved.residence, moved.category, moved.stage),
                *(moved.was, moved.due_was, moved.would_be, moved.due_would_be),
            )
    yield "confidentiels, non listés", found.moved_confidential


def _side(side: Side) -> tuple[Cell, ...]:
    three = side.rates
    return (
        three.contractual.held,
        three.contractual.missed,
        side.undecided,
        percent(three.contractual),
        percent(three.strict),
        percent(three.arbitrated),
        side.threshold_percent,
    )


def _text_cells(line: Comparison, name: str) -> list[str]:
    observed, supposed = (_rate(side.rates.contractual) for side in (line.observed, line.supposed))
    return [name, observed, supposed, points(line.points)]


def _rate(rate: Rate) -> str:
    if not rate.decided:
        return NOTHING
    return f"{percent(rate)} ({rate.held}/{rate.decided}){'*' if rate.is_small else ''}"


def _more(was: int, would_be: int) -> str:
    difference = would_be - was
    return f"{difference:+d}".replace("-", "\N{MINUS SIGN}") if difference else "±0"


def _columns(cells: Iterable[str]) -> str:
    name, *others = cells
    return f"{name:<44}" + "".join(f"{cell:>22}" for cell in others)
