"""The figures of a bilan, frozen: sums of what the published months said, and nothing that they did not say."""

from dataclasses import dataclass, field
from datetime import date, datetime

from gup.reports.monthly import Closures, MonthPoint
from gup.service_levels.compliance import Rate


@dataclass(frozen=True, slots=True)
class BilanCover:
    """`published` and `missing` are first days of months; `as_of` (UTC) is when the sums were made."""

    title: str
    subject: str
    first: date
    last: date
    timezone: str
    published: list[date]
    missing: list[date]
    is_draft: bool
    is_illustrative: bool
    author: str
    as_of: datetime
    commentary: str


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise over the period: a stage and its family, or another kind of promise. `threshold` in percent, or None.

    `target` says in words what was promised; `comment` is the DSU's on this objective.
    """

    name: str
    target: str
    threshold: int | None
    contractual: Rate
    strict: Rate | None
    arbitrated: Rate | None
    comment: str

    @property
    def gap(self) -> float | None:
        """Points above (or, negative, below) what was promised; None where nothing can be compared."""
        if self.threshold is None or self.contractual.percent is None:
            return None
        return self.contractual.percent - self.threshold


@dataclass(frozen=True, slots=True)
class QuartierMonth:
    month: date
    opened: int
    rate: Rate
    backlog: int


@dataclass(frozen=True, slots=True)
class QuartierSheet:
    """One of the commune's quartiers, even one where nothing was reported. `months` is empty outside the perimeter."""

    name: str
    perimeter: str
    residences: int
    dwellings: int
    months: list[QuartierMonth]
    passages: Rate
    walks: list[str]
    recurrent: int

    @property
    def opened(self) -> int:
        return sum(each.opened for each in self.months)

    @property
    def rate(self) -> Rate:
        return Rate(sum(each.rate.held for each in self.months), sum(each.rate.missed for each in self.months))

    @property
    def backlog(self) -> int | None:
        """Still open at the end of the last published month."""
        return self.months[-1].backlog if self.months else None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    session: str
    text: str
    owner: str
    due_on: date | None
    outcome: str
    words: str


@dataclass(frozen=True, slots=True)
class BilanFigures:
    cover: BilanCover
    opened: int
    closed: int
    reopened: int
    backlog: int | None
    months: list[MonthPoint]
    objectives: list[Objective]
    quartiers: list[QuartierSheet]
    closures: Closures
    corrections: int
    decisions: list[DecisionLine]
    agenda: list[str] = field(default_factory=list)

    @property
    def total(self) -> Rate:
        return Rate(sum(each.rate.held for each in self.months), sum(each.rate.missed for each in self.months))
