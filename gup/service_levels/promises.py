"""What was promised for one stage, frozen when the clock starts."""

from dataclasses import dataclass

from gup.service_levels import measuring
from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.stages import Basis, PauseReason, Stage


@dataclass(frozen=True, slots=True)
class Level:
    """An escalation level: at a share of the target, or moved by open seconds around due (negative: before)."""

    order: int
    share_percent: int | None = None
    offset_seconds: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """The terms of one commitment. `target` counts seconds, or days for the two bases in days."""

    key: int
    stage: Stage
    basis: Basis
    target: int
    calendar: WorkingCalendar
    pausing: frozenset[PauseReason]
    party: int
    reopening_window_days: int = 15
    levels: tuple[Level, ...] = ()

    @property
    def measure(self) -> WorkingCalendar:
        """The calendar that this promise's time passes in: its own, or 24/7 for elapsed time and calendar days."""
        return measuring.measured_in(self.basis, self.calendar)

    def budget(self, start: int) -> int:
        """The seconds, in its own measure, that the promise allows from `start`."""
        return measuring.budget(self.basis, self.target, self.calendar, start)
