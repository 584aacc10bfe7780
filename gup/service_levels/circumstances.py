"""What bears on an incident's clocks from outside its own history: amendments, and what stops a whole perimeter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gup.service_levels.promises import Promise
from gup.service_levels.stages import PauseReason

# (category, priority, party) -> what was promised, one promise a stage.
PromisesFor = Callable[[str, str, int], Sequence[Promise]]


@dataclass(frozen=True, slots=True)
class Interruption:
    """[started_at, ended_at) in seconds UTC, open while `ended_at` is None: one decision for every clock of a place."""

    reason: PauseReason
    started_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Amendment:
    """From `at` (seconds UTC), an incident still open is under these promises (rule 11, `applies_to_open`)."""

    at: int
    promises_for: PromisesFor


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """Everything that the fold needs beside the facts."""

    promises_for: PromisesFor
    interruptions: tuple[Interruption, ...] = ()
    amendments: tuple[Amendment, ...] = ()
