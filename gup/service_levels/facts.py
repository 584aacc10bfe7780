"""The facts of an incident's history that move its clocks."""

from dataclasses import dataclass

from gup.service_levels.stages import FactKind, PauseReason, Stage

# At one instant: stop, cancel, pause, resume, retarget, start (rule 16). The opening comes before all, or nothing could
# stop in the second it was reported.
_RANKS = {
    FactKind.OPENED: 0,
    FactKind.RECEIPT_SENT: 1,
    FactKind.ANSWERED: 1,
    FactKind.STAGE_REACHED: 1,
    FactKind.CLOSED_UNRESOLVED: 2,
    FactKind.MERGED: 2,
    FactKind.PAUSED: 3,
    FactKind.RESUMED: 4,
    FactKind.REOPENED: 4,
    FactKind.UNMERGED: 4,
    FactKind.REPRIORITISED: 5,
    FactKind.REQUALIFIED: 5,
    FactKind.ABSORBED: 5,
    FactKind.RELEASED: 5,
    FactKind.EXCUSED: 5,
    FactKind.AMENDED: 5,
    FactKind.TRANSFERRED: 6,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact at an instant (seconds UTC); which of the optional fields speak depends on its kind.

    stage: reached, or excused with `cycle` and `party`. reason: of a wait that starts or ends; none ends every wait.
    category, priority, party: of the opening, or what they become. mode: "raised", "corrected" or "lowered".
    reported_at (seconds UTC): when the duplicate that is absorbed or released was reported. An amendment's `seq` is its
    place among those that bear on the incident: nobody records it, the convention says it.
    """

    at: int
    seq: int
    kind: FactKind
    stage: Stage | None = None
    reason: PauseReason | None = None
    category: str = ""
    priority: str = ""
    party: int = 0
    mode: str = ""
    reported_at: int = 0
    cycle: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """Where the fact stands in the history, whatever the order in which it was recorded."""
        return (self.at, _RANKS[self.kind], self.seq)
