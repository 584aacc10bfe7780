"""Passages: due and proven, for each residence and each period that ends in the month."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gup.conventions.enums import CommitmentKind, Period
from gup.conventions.models import Commitment
from gup.inspections.ground import Ground
from gup.inspections.lines import Line, Part, line
from gup.inspections.models import Passage
from gup.inspections.wording import PERIODS, counted, span_words
from gup.places.models import Residence
from gup.service_levels.periods import Span, periods_counted_in
from gup.service_levels.stages import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What is counted together: a service keeps its passages through an amendment by its label."""

    label: str
    residence: int
    span: Span


def lines(ground: Ground) -> Iterator[Line]:
    """One line for each commitment and residence with a period that ends in the month (one query)."""
    found = [
        (commitment, span, residence)
        for version, commitment in ground.commitments(CommitmentKind.RECURRENCE)
        for span in periods_counted_in(ground.month, commitment.period)
        if ground.governs(version, span)
        for residence in ground.residences(version, commitment, span)
    ]
    done, proven = _passages(ground, {Judged(each.label, where.pk, span) for each, span, where in found})
    grouped: dict[tuple[int, int], tuple[Commitment, Residence, list[Span]]] = {}
    for commitment, span, residence in found:
        grouped.setdefault((commitment.pk, residence.pk), (commitment, residence, []))[2].append(span)
    for commitment, residence, spans in grouped.values():
        keys = [Judged(commitment.label, residence.pk, span) for span in spans]
        promised, shown, told = (
            (commitment.times or 0),
            sum(proven[key] for key in keys),
            sum(done[key] for key in keys),
        )
        yield line(
            commitment,
            target_words(commitment),
            residence=residence,
            due=counted(promised * len(spans), "passage"),
            measured=_proven_words(shown, told),
            parts=tuple(_part(ground, commitment, key, done[key], proven[key]) for key in keys),
        )


def target_words(commitment: Commitment) -> str:
    """Like "5 par semaine"."""
    return f"{commitment.times} {PERIODS[Period(commitment.period)]}"


def _part(ground: Ground, commitment: Commitment, key: Judged, done: int, proven: int) -> Part:
    """Held as soon as enough passages are proven; missed once the period is over without them."""
    promised = commitment.times or 0
    unproven = Verdict.MISSED if ground.is_over(key.span) else Verdict.PENDING
    verdict = Verdict.HELD if proven >= promised else unproven
    due = counted(promised, "passage")
    return Part(span_words(key.span, commitment.period), due, _proven_words(proven, done), verdict)


def _proven_words(proven: int, done: int) -> str:
    words = counted(proven, "prouvé")
    return words if done == proven else f"{words}, {counted(done - proven, 'sans preuve', 'sans preuve')}"


def _passages(ground: Ground, judged: set[Judged]) -> tuple[Counter[Judged], Counter[Judged]]:
    """How many passages each key has: all of them, and those with a proof."""
    done: Counter[Judged] = Counter()
    proven: Counter[Judged] = Counter()
    if not judged:
        return done, proven
    spans: dict[tuple[str, int], list[Span]] = {}
    for key in judged:
        spans.setdefault((key.label, key.residence), []).append(key.span)
    first, last = min(key.span.first for key in judged), max(key.span.last for key in judged)
    start, end = ground.bounds(Span(first, last))
    passages = Passage.objects.standing(ground.as_of).filter(
        commitment__version__convention=ground.convention, at__gte=start, at__lt=end
    )
    for label, residence, at, proof in passages.values_list("commitment__label", "residence_id", "at", "proof"):
        day = ground.convention.local_day(at)
        for span in spans.get((label, residence), ()):
            if span.first <= day <= span.last:
                done[Judged(label, residence, span)] += 1
                proven[Judged(label, residence, span)] += bool(proof)
    return done, proven
