"""The figures of one month, frozen: every document is a rendering of this and of nothing else."""

import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict

# The three ways of counting, as every document names them (rule 17).
ACCOUNTS = ("contractuel", "strict", "après arbitrage")
SIGNS = {-1: "\N{MINUS SIGN}1", 1: "+1"}
VERDICTS = {Verdict.HELD: "tenu", Verdict.MISSED: "dépassé"}


@dataclass(frozen=True, slots=True)
class Cover:
    """`as_of` is the instant (UTC) whose history the figures tell; the same instant gives the same figures for ever.

    `commentary` is the DSU's; `signatory` is empty for the whole commune.
    """

    subject: str
    version: str
    month: date
    timezone: str
    residences: int
    dwellings: int
    is_draft: bool
    is_illustrative: bool
    is_demonstration: bool
    author: str
    as_of: datetime
    commentary: str
    signatory: str
    signatory_commentary: str
    audit_head: str


@dataclass(frozen=True, slots=True)
class Stock:
    """The incidents neither closed nor merged. Raises ValueError when the count does not add up."""

    start: int
    opened: int
    reopened: int
    closed: int
    end: int

    def __post_init__(self) -> None:
        if self.end != self.start + self.opened + self.reopened - self.closed:
            raise ValueError(f"Le stock ne tombe pas juste : {self}")


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage over all families (`family` empty) or in one; times are seconds, None where not reached."""

    stage: str
    family: str
    contractual: Rate
    strict: Rate
    arbitrated: Rate
    threshold_percent: int
    median_seconds: int | None
    p90_seconds: int | None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """`kind`: residence, quartier or perimeter. Quartiers are listed, never ranked."""

    kind: str
    name: str
    dwellings: int
    opened: int
    rate: Rate
    backlog: int
    mean_age_seconds: int | None
    recurrent: int


@dataclass(frozen=True, slots=True)
class MissedLine:
    reference: str
    residence: str
    category: str
    stage: str
    due: datetime
    stopped: datetime | None
    lateness_seconds: int | None
    paused_seconds: int
    excuse: str


@dataclass(frozen=True, slots=True)
class EscalationLine:
    level: int
    audience: str
    fired: int
    superseded: int


@dataclass(frozen=True, slots=True)
class Closures:
    """The three keys of a closure: done, proven, confirmed; and what contradicts them."""

    done: int
    proven: int
    confirmed: int
    contested: int
    unanswered: int
    declined: int
    reopened: int
    supporters: int
    transferred: int
    witnessed_residences: int


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A sealed verdict that later events contradict: ±1 in the month that learns of it.

    `reference` is empty for a confidential incident; `accounts` are those of `ACCOUNTS` that it changes in.
    """

    month: date
    reference: str
    stage: str
    sign: int
    verdict: str
    accounts: list[str]

    @property
    def change(self) -> str:
        """Like "+1 dépassé", or "+1 tenu (contractuel et après arbitrage)" where the strict account stays."""
        words = f"{SIGNS[self.sign]} {VERDICTS[Verdict(self.verdict)]}"
        everywhere = len(self.accounts) == len(ACCOUNTS)
        return words if everywhere else f"{words} ({' et '.join(self.accounts)})"


@dataclass(frozen=True, slots=True)
class KindLine:
    """A promise that is not a delay, on one subject (empty: the whole convention). `held` and `missed` count verdicts;
    `verdict` is theirs together, empty where nothing is judged this month.
    """

    kind: str
    label: str
    party: str
    subject: str
    target: str
    due: str
    measured: str
    held: int
    missed: int
    verdict: str


@dataclass(frozen=True, slots=True)
class MonthPoint:
    month: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class MonthlyFigures:
    cover: Cover
    stock: Stock
    stages: list[StageLine]
    families: list[StageLine]
    places: list[PlaceLine]
    missed: list[MissedLine]
    missed_confidential: int
    late_resolved: list[MissedLine]
    escalations: list[EscalationLine]
    closures: Closures
    kinds: list[KindLine]
    unbound: int
    corrections: list[CorrectionLine]
    history: list[MonthPoint]
    facts: list[str]

    @property
    def total(self) -> Rate:
        """Every stage together, as the convention counts."""
        return Rate(
            sum(line.contractual.held for line in self.stages), sum(line.contractual.missed for line in self.stages)
        )

    def places_of(self, kind: str) -> list[PlaceLine]:
        return [line for line in self.places if line.kind == kind]


def canonical_json(figures: MonthlyFigures) -> bytes:
    """The bytes that the SHA-256 of a report is taken of: sorted keys, ISO dates, no space; all can remake them.

    Read back first: the keys of a dictionary are sorted, the fields of a dataclass are not.
    """
    return orjson.dumps(to_json(figures), option=orjson.OPT_SORT_KEYS)


def to_json(figures: MonthlyFigures) -> dict[str, Any]:
    """The figures as plain JSON values, to be stored."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(figures))
    return plain


def from_json(plain: dict[str, Any]) -> MonthlyFigures:
    """The figures back from what `to_json` stored. Raises KeyError when a part is missing."""
    return typing.cast("MonthlyFigures", read_dataclass(MonthlyFigures, plain))


def read_dataclass(wanted: Any, plain: Any) -> Any:
    """A value of type `wanted` from its plain JSON, dataclasses and lists within included. Raises KeyError."""
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        fields = dataclasses.fields(wanted)
        return typing.cast("type", wanted)(
            **{each.name: read_dataclass(hints[each.name], plain[each.name]) for each in fields}
        )
    if typing.get_origin(wanted) is list:
        (item,) = typing.get_args(wanted)
        return [read_dataclass(item, each) for each in plain]
    if isinstance(wanted, types.UnionType):
        (inner,) = [each for each in typing.get_args(wanted) if each is not type(None)]
        return None if plain is None else read_dataclass(inner, plain)
    return wanted.fromisoformat(plain) if wanted in (date, datetime) else plain
