"""Histories told in local time, so that a test reads like the week that people lived.

February 2026 starts on a Sunday: the 2nd is a Monday. The office is open from 8:00 to 16:00, Monday to Friday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gup.service_levels.calendars import WorkingCalendar
from gup.service_levels.circumstances import Amendment, Interruption
from gup.service_levels.clock_state import ClockState
from gup.service_levels.clocks import fold
from gup.service_levels.facts import Fact
from gup.service_levels.promises import Level, Promise
from gup.service_levels.stages import DEFAULT_PAUSING, Basis, FactKind, PauseReason, Stage

ZONE = ZoneInfo("America/Martinique")
HOUR = 3600
BAILLEUR, TOWN = 1, 2
OFFICE = WorkingCalendar("America/Martinique", {day: [("08:00", "16:00")] for day in range(5)})


def local(text: str) -> int:
    """The instant of "02-03 09:30" (3 February 2026, 9:30 in Martinique); a year may come first."""
    full = text if len(text) > len("02-03 09:30") + 2 else f"2026-{text}"
    return int(datetime.fromisoformat(full).replace(tzinfo=ZONE).timestamp())


def shown(instant: int | None) -> str | None:
    """The opposite of `local`, for readable failures."""
    return None if instant is None else datetime.fromtimestamp(instant, ZONE).strftime("%m-%d %H:%M")


def promise(
    stage: Stage = Stage.RESOLVE,
    hours: int = 16,
    *,
    basis: Basis = Basis.WORKING_TIME,
    days: int | None = None,
    party: int = BAILLEUR,
    key: int = 1,
    pausing: frozenset[PauseReason] | None = None,
    levels: Sequence[Level] = (),
    window: int = 15,
    calendar: WorkingCalendar = OFFICE,
) -> Promise:
    """So many hours (or days, for a basis in days), with the reasons that pause it by default."""
    return Promise(
        key=key,
        stage=stage,
        basis=basis,
        target=hours * HOUR if days is None else days,
        calendar=calendar,
        pausing=DEFAULT_PAUSING[stage] if pausing is None else pausing,
        party=party,
        reopening_window_days=window,
        levels=tuple(levels),
    )


@dataclass
class Story:
    """An incident: what was promised for it, and what happened, in the order it is told.

    `promised` maps a party, or (category, priority, party), to its promises.
    """

    promised: Mapping[Any, Sequence[Promise]]
    facts: list[Fact] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)

    def tell(self, when: str, kind: FactKind, **fields: Any) -> "Story":
        self.facts.append(Fact(local(when), len(self.facts) + 1, kind, **fields))
        return self

    def opened(self, when: str, *, category: str = "lift", priority: str = "normal", party: int = BAILLEUR) -> "Story":
        return self.tell(when, FactKind.OPENED, category=category, priority=priority, party=party)

    def reached(self, when: str, stage: Stage) -> "Story":
        return self.tell(when, FactKind.STAGE_REACHED, stage=stage)

    def resolved(self, when: str) -> "Story":
        return self.reached(when, Stage.RESOLVE)

    def paused(self, when: str, reason: PauseReason) -> "Story":
        return self.tell(when, FactKind.PAUSED, reason=reason)

    def resumed(self, when: str, reason: PauseReason | None = None) -> "Story":
        return self.tell(when, FactKind.RESUMED, reason=reason)

    def reopened(self, when: str) -> "Story":
        return self.tell(when, FactKind.REOPENED)

    def transferred(self, when: str, party: int) -> "Story":
        return self.tell(when, FactKind.TRANSFERRED, party=party)

    def cyclone(self, start: str, end: str | None = None) -> "Story":
        """One decision for the whole perimeter: nobody records it on the incident."""
        ended_at = None if end is None else local(end)
        self.interruptions.append(Interruption(PauseReason.CYCLONE, local(start), ended_at))
        return self

    def amended(self, when: str, promised: Mapping[Any, Sequence[Promise]]) -> "Story":
        self.amendments.append(Amendment(local(when), Story(promised).promises_for))
        return self

    def promises_for(self, category: str, priority: str, party: int) -> Sequence[Promise]:
        return self.promised.get((category, priority, party), self.promised.get(party, ()))

    def clocks(self) -> tuple[ClockState, ...]:
        return fold(self.facts, self.promises_for, self.interruptions, self.amendments)

    def clock(self, stage: Stage = Stage.RESOLVE, *, cycle: int = 1, party: int = BAILLEUR) -> ClockState:
        """The one clock of a stage, cycle and party."""
        (found,) = [each for each in self.clocks() if (each.stage, each.cycle, each.party) == (stage, cycle, party)]
        return found


def repair(hours: int = 16, **terms: Any) -> Story:
    """A story of which only the repair was promised."""
    return Story({BAILLEUR: [promise(hours=hours, **terms)]})
