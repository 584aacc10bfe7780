"""Receipts and first answers: their clocks are decided like any other, and only shown here beside the other kinds."""

from collections.abc import Iterator, Mapping

from django.db.models import Q

from gup.conventions.enums import BasisChoice, CommitmentKind
from gup.conventions.models import Commitment
from gup.incidents.clock_situations import verdict_at
from gup.incidents.models import Clock
from gup.inspections.ground import Ground
from gup.inspections.lines import Line, line
from gup.inspections.wording import counted
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict


def lines(ground: Ground, clocks: Mapping[int, Rate] | None) -> Iterator[Line]:
    """One line for each information commitment that the month decided something of, or that is in force at its end.

    `clocks`: what the month decided, by commitment, where the caller has folded the clocks as of its own instant; None
    to count the stored ones (one query).
    """
    closing = ground.closing_version
    promised = list(ground.commitments(CommitmentKind.INFORMATION))
    found = dict(clocks or {}) if clocks is not None or not promised else _stored(ground)
    for version, commitment in promised:
        rate = found.get(commitment.pk, Rate())
        if rate.decided or version == closing:
            yield line(
                commitment,
                _target(commitment),
                due=counted(rate.decided, "délai échu", "délais échus"),
                measured=counted(rate.held, "tenu"),
                clocks=rate,
            )


def _target(commitment: Commitment) -> str:
    """Like "accusé de réception en 24 h", "première réponse en 2 jours ouvrés"."""
    target, stage = commitment.target or 0, commitment.get_stage_display().lower()
    if commitment.basis == BasisChoice.WORKING_DAYS:
        return f"{stage} en {counted(target, 'jour ouvré', 'jours ouvrés')}"
    if commitment.basis == BasisChoice.CALENDAR_DAYS:
        return f"{stage} en {counted(target, 'jour')}"
    hours, minutes = target // 3600, target % 3600 // 60
    time = f"{hours} h {minutes:02d}" if minutes else f"{hours} h"
    return f"{stage} en {time}" + (" ouvrées" if commitment.basis == BasisChoice.WORKING_TIME else "")


def _stored(ground: Ground) -> dict[int, Rate]:
    """The clocks decided in the month: held in that of their stop, missed in that of their due."""
    start, end = ground.bounds(ground.span)
    decided = Q(stopped_at__gte=start, stopped_at__lt=end) | Q(due_at__gte=start, due_at__lt=end)
    clocks = Clock.objects.filter(
        decided, commitment__version__convention=ground.convention, commitment__kind=CommitmentKind.INFORMATION
    )
    rates: dict[int, Rate] = {}
    for clock in clocks:
        verdict = verdict_at(clock, ground.as_of)
        decided_at = {Verdict.HELD: clock.stopped_at, Verdict.MISSED: clock.due_at}.get(verdict)
        if decided_at is not None and start <= decided_at < end:
            known = rates.get(clock.commitment_id, Rate())
            is_held = verdict == Verdict.HELD
            rates[clock.commitment_id] = Rate(known.held + is_held, known.missed + (not is_held))
    return rates
