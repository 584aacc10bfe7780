"""What a month's promises come to, frozen: every page, file and answer shows these lines and computes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment, Convention
from gup.places.models import Residence
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict


@dataclass(frozen=True, slots=True)
class Outage:
    """One interval [start, end) of downtime, UTC. `ref` is its incident's, empty when it is confidential."""

    ref: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One verdict, or one fact told beside them without any (`verdict` None)."""

    label: str
    due: str
    measured: str
    verdict: Verdict | None
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One promise on one subject (a residence, a lift; empty for the whole convention) in one month.

    `due` and `measured` are French words, ready to be shown. `clocks` counts what is already decided elsewhere, in
    place of parts: the clocks of an information commitment.
    """

    kind: CommitmentKind
    commitment_id: int
    label: str
    party_id: int
    party: str
    threshold_percent: int
    residence_id: int | None
    subject: str
    target: str
    due: str
    measured: str
    parts: tuple[Part, ...] = ()
    clocks: Rate | None = None

    @property
    def rate(self) -> Rate:
        """The verdicts that count in the month."""
        if self.clocks is not None:
            return self.clocks
        verdicts = [part.verdict for part in self.parts]
        return Rate(verdicts.count(Verdict.HELD), verdicts.count(Verdict.MISSED))

    @property
    def verdict(self) -> Verdict | None:
        """Missed as soon as one part is, held once all are; clocks by the threshold. None: not judged."""
        if self.clocks is not None:
            meets = self.clocks.meets(self.threshold_percent)
            return None if meets is None else Verdict.HELD if meets else Verdict.MISSED
        verdicts = {part.verdict for part in self.parts} - {None, Verdict.CANCELLED}
        for found in (Verdict.MISSED, Verdict.PENDING, Verdict.HELD):
            if found in verdicts:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Promise:
    """One commitment in a month: its lines, and the rate of all their verdicts against its threshold."""

    kind: CommitmentKind
    commitment_id: int
    label: str
    party: str
    target: str
    threshold_percent: int
    lines: tuple[Line, ...]

    @property
    def rate(self) -> Rate:
        return Rate(sum(line.rate.held for line in self.lines), sum(line.rate.missed for line in self.lines))

    @property
    def meets(self) -> bool | None:
        return self.rate.meets(self.threshold_percent)


@dataclass(frozen=True, slots=True)
class KindsMonth:
    """The five kinds of one convention in one local month (its first day), as known at `as_of` (UTC)."""

    convention: Convention
    month: date
    as_of: datetime
    lines: tuple[Line, ...]

    @property
    def rate(self) -> Rate:
        return Rate(sum(line.rate.held for line in self.lines), sum(line.rate.missed for line in self.lines))

    def promises(self) -> list[Promise]:
        """The lines, one commitment after another, in the order of the kinds."""
        grouped: dict[int, list[Line]] = {}
        for line in self.lines:
            grouped.setdefault(line.commitment_id, []).append(line)
        return [_promise(found) for found in grouped.values()]


def line(
    commitment: Commitment,
    target: str,
    *,
    residence: Residence | None = None,
    subject: str = "",
    due: str = "",
    measured: str = "",
    parts: Iterator[Part] | tuple[Part, ...] = (),
    clocks: Rate | None = None,
) -> Line:
    """A line of a commitment, with what every line repeats of it."""
    return Line(
        kind=CommitmentKind(commitment.kind),
        commitment_id=commitment.pk,
        label=commitment.label,
        party_id=commitment.responsible_id,
        party=commitment.responsible.short_name,
        threshold_percent=commitment.threshold_percent,
        residence_id=residence.pk if residence else None,
        subject=subject or (residence.name if residence else ""),
        target=target,
        due=due,
        measured=measured,
        parts=tuple(parts),
        clocks=clocks,
    )


def _promise(lines: list[Line]) -> Promise:
    first = lines[0]
    return Promise(
        first.kind,
        first.commitment_id,
        first.label,
        first.party,
        first.target,
        first.threshold_percent,
        tuple(lines),
    )
