"""What a version says, whether it comes from a file or from the database: plain values, names by their slug."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# ("07:30", "15:00"), zero-padded, sorted.
Windows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConventionContent:
    slug: str
    name: str
    organisation: str
    timezone: str
    is_illustrative: bool
    is_annex: bool


@dataclass(frozen=True, slots=True)
class VersionContent:
    number: int
    in_force_from: date
    in_force_until: date | None
    applies_to_open: bool
    philosophy: str


@dataclass(frozen=True, slots=True)
class ClosureContent:
    """A dated exception; no window means closed."""

    label: str
    windows: Windows


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """`weekly` holds 0 (Monday) .. 6, the days that open only."""

    name: str
    timezone: str
    weekly: dict[int, Windows]
    closures: dict[date, ClosureContent]


@dataclass(frozen=True, slots=True)
class CommitmentContent:
    """Every field of a commitment; `target` is in seconds, or in days when `basis` counts days."""

    kind: str
    label: str
    responsible: str
    note: str = ""
    threshold_percent: int = 90
    category: str = ""
    priority: str = ""
    residence: str = ""
    stage: str = ""
    basis: str = ""
    target: int | None = None
    calendar: str = ""
    pausing_reasons: tuple[str, ...] = ()
    reopening_window_days: int = 15
    times: int | None = None
    period: str = ""
    proof: str = ""
    equipment: str = ""
    min_rate: Decimal | None = None
    grid: str = ""
    scale: str = ""
    threshold_score: str = ""
    walks_per_year: int | None = None
    due_on: date | None = None
    indicator: str = ""

    @property
    def coverage(self) -> tuple[str, ...]:
        """What makes two delays equally specific when it is the same."""
        return (self.responsible, self.stage, self.priority, self.category, self.residence)


@dataclass(frozen=True, slots=True)
class StepContent:
    level: int
    share_percent: int | None
    offset_seconds: int | None
    audience: str
    channel: str


@dataclass(frozen=True, slots=True)
class Content:
    """One version with all it brings; `calendars` by slug, those its commitments count in and no other."""

    convention: ConventionContent
    version: VersionContent
    quartiers: frozenset[str]
    calendars: dict[str, CalendarContent] = field(default_factory=dict)
    commitments: tuple[CommitmentContent, ...] = ()
    steps: tuple[StepContent, ...] = ()
