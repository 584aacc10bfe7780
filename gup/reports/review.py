"""The compliance review: the clocks a month decided, laid out by one dimension, three rates side by side."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet

from gup.conventions.enums import StageChoice
from gup.incidents.models import Clock
from gup.reports.decided import CLOCK_LISTS, decided_between, decided_in, rates_of, verdicts
from gup.reports.french import month_name
from gup.service_levels.compliance import Decided, Rates, month_bounds
from gup.service_levels.stages import Verdict

MONTHS_SHOWN = 12


class Dimension(models.TextChoices):
    PARTY = "party", "Organisation"
    QUARTIER = "quartier", "Quartier"
    FAMILY = "family", "Famille"
    STAGE = "stage", "Étape"
    CONVENTION = "convention", "Convention"
    MONTH = "month", "Mois"


class Account(models.TextChoices):
    """Which of the three counts (rule 17) a list shows the clocks of."""

    CONTRACTUAL = "contractual", "contractuel"
    STRICT = "strict", "strict"
    ARBITRATED = "arbitrated", "après arbitrage"


PATHS = {
    Dimension.PARTY: "party__slug",
    Dimension.QUARTIER: "incident__residence__quartier__slug",
    Dimension.FAMILY: "incident__category__parent__slug",
    Dimension.STAGE: "stage",
    Dimension.CONVENTION: "commitment__version__convention__slug",
}
# The value that an address writes, and the words that a person reads.
NAMES: dict[Dimension, Callable[[Any], tuple[str, str]]] = {
    Dimension.PARTY: lambda clock: (clock.party.slug, clock.party.short_name),
    Dimension.QUARTIER: lambda clock: (
        clock.incident.residence.quartier.slug,
        clock.incident.residence.quartier.name,
    ),
    Dimension.FAMILY: lambda clock: (clock.incident.category.family.slug, clock.incident.category.family.name),
    Dimension.STAGE: lambda clock: (clock.stage, StageChoice(clock.stage).label),
    Dimension.CONVENTION: lambda clock: (
        clock.commitment.version.convention.slug,
        clock.commitment.version.convention.name,
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the dimension: its three rates, and the lowest threshold among what was promised there."""

    value: str
    label: str
    rates: Rates
    threshold_percent: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What one convention's stage reached, beside what it promised; in points, none where nothing was decided."""

    slug: str
    convention: str
    line: Line

    @property
    def points(self) -> float | None:
        percent = self.line.rates.contractual.percent
        return None if percent is None else percent - self.line.threshold_percent


@dataclass(frozen=True, slots=True)
class Review:
    """One month of some clocks, read once for every table of the page."""

    month: date
    timezone: str
    clocks: Sequence[Any] = field(repr=False)

    def by(self, dimension: Dimension) -> list[Line]:
        """In the order of the names (stages: in theirs), never of the figures."""
        lines = self._lines(self.clocks, NAMES[dimension])
        if dimension == Dimension.STAGE:
            return sorted(lines, key=lambda line: StageChoice.values.index(line.value))
        return sorted(lines, key=lambda line: line.label)

    def gaps(self) -> list[Gap]:
        """Each convention's stages against their own thresholds: conventions promise different things."""
        conventions: dict[tuple[str, str], list[Any]] = {}
        for clock in self.clocks:
            conventions.setdefault(NAMES[Dimension.CONVENTION](clock), []).append(clock)
        return [
            Gap(slug, name, line)
            for (slug, name), found in sorted(conventions.items(), key=lambda each: each[0][1])
            for line in Review(self.month, self.timezone, found).by(Dimension.STAGE)
        ]

    def _lines(self, clocks: Iterable[Any], name: Callable[[Any], tuple[str, str]]) -> list[Line]:
        groups: dict[tuple[str, str], list[Any]] = {}
        for clock in clocks:
            groups.setdefault(name(clock), []).append(clock)
        return [_line(value, label, found, self.month, self.timezone) for (value, label), found in groups.items()]


def narrowed(clocks: QuerySet[Clock], wanted: dict[Dimension, str]) -> QuerySet[Clock]:
    """The clocks of these values; an empty one leaves its dimension open."""
    return clocks.filter(**{PATHS[dimension]: value for dimension, value in wanted.items() if value})


def reviewed(clocks: QuerySet[Clock], month: date, *, timezone: str, now: datetime) -> Review:
    """The clocks decided in a local month by any of the three counts (one query)."""
    found = decided_in(clocks, month, timezone=timezone, now=now)
    return Review(month, timezone, list(found.select_related(*CLOCK_LISTS, "commitment__version__convention")))


def by_month(clocks: QuerySet[Clock], last: date, *, timezone: str, now: datetime) -> list[Line]:
    """The twelve months up to `last`, oldest first, those that decided nothing included (one query)."""
    months = months_until(last)
    start, end = month_bounds(months[0], timezone)[0], month_bounds(last, timezone)[1]
    found = list(decided_between(clocks, start, end, now=now).select_related("commitment"))
    return [_line(f"{each:%Y-%m}", month_name(each), found, each, timezone) for each in months]


def months_until(last: date) -> list[date]:
    """The first days of the twelve months that end with `last`'s, oldest first."""
    newest = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(newest - MONTHS_SHOWN + 1, newest + 1)]


def counted_as(decided: Decided, account: str) -> Verdict | None:
    """What a clock is in one of the three counts; None where it is in neither of its two figures."""
    if account == Account.STRICT:
        return decided.strict
    if account == Account.ARBITRATED and decided.is_excused and decided.contractual == Verdict.MISSED:
        return None
    return decided.contractual


def clocks_behind(review: Review, account: str, verdict: Verdict | None) -> list[tuple[Any, Decided, Verdict]]:
    """The clocks that a figure counts, earliest due first, each with what it is in that count."""
    start, end = month_bounds(review.month, review.timezone)
    rows = []
    for clock in sorted(review.clocks, key=lambda each: (each.due_at or each.strict_due_at, each.pk)):
        decided = verdicts(clock, start, end)
        counted = counted_as(decided, account)
        if counted is not None and verdict in (None, counted):
            rows.append((clock, decided, counted))
    return rows


def _line(value: str, label: str, clocks: list[Any], month: date, timezone: str) -> Line:
    start, end = month_bounds(month, timezone)
    counted = [clock for clock in clocks if _counts(verdicts(clock, start, end))]
    threshold = min((clock.commitment.threshold_percent for clock in counted), default=0)
    return Line(value, label, rates_of(counted, month, timezone), threshold)


def _counts(decided: Decided) -> bool:
    return decided.contractual is not None or decided.strict is not None
