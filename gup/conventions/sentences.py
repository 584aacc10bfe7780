"""What a version promises, in sentences that a tenant can read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from gup.conventions.enums import BasisChoice, CommitmentKind, PauseReasonChoice, Period, Priority, StageChoice
from gup.conventions.governing import CLOCKED_KINDS
from gup.conventions.models import Commitment, EscalationStep
from gup.conventions.spreadsheet.wording import delay
from gup.partners.models import Organisation

EVERYTHING = "Pour tout incident"
_ORDER = list(StageChoice.values)
_REACHED = {
    StageChoice.RECEIPT: "accusé de réception",
    StageChoice.ANSWER: "première réponse",
    StageChoice.ACKNOWLEDGE: "prise en charge",
    StageChoice.ATTEND: "sur place",
    StageChoice.MAKE_SAFE: "mise en sécurité",
    StageChoice.RESOLVE: "remise en état",
}
# The families whose things run: they are put back in service, a wall or a lawn is put right.
_RUNNING = ("lifts", "lighting", "water-drains")
_EACH = {Period.WEEK: "par semaine", Period.MONTH: "par mois", Period.YEAR: "par an"}


@dataclass(slots=True)
class Line:
    """One sentence, and what it depends on."""

    sentence: str
    details: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Chapter:
    """The promises of one family."""

    name: str
    lines: list[Line] = field(default_factory=list)


def chapters(commitments: Iterable[Commitment], signatory: Organisation) -> list[Chapter]:
    """The promises by family, as the nomenclature orders them, each coverage in one sentence from first to last stage.

    A promise of anybody else than the signatory names who answers. Reads `category.parent`, `residence`, `calendar` and
    `responsible`: give them selected.
    """
    by_family: dict[tuple[int, str], Chapter] = {}
    for group in _grouped(commitments):
        category = group[0].category
        place = (category.family.order, category.family.name) if category else (-1, EVERYTHING)
        chapter = by_family.setdefault(place, Chapter(place[1]))
        chapter.lines.append(_line(group, signatory))
    return [by_family[place] for place in sorted(by_family)]


def sentence(commitments: list[Commitment]) -> str:
    """The delays of one coverage: "Ascenseur en panne : sur place sous 4 h ouvrées, remise en service sous 24 h"."""
    first = commitments[0]
    place = str(first.category) if first.category else "Tout incident"
    if first.category and first.category.parent is None:
        place = f"{place} (toute la famille)"
    if first.priority:
        place += f", priorité {Priority(first.priority).label.lower()}"
    if first.residence:
        place += f", {first.residence}"
    reached = ", ".join(f"{_reached(each)} sous {delay(each.target or 0, each.basis)}" for each in commitments)
    return f"{place}\u00a0: {reached}"


def _reached(commitment: Commitment) -> str:
    category = commitment.category
    if commitment.stage == StageChoice.RESOLVE and category and category.family.slug in _RUNNING:
        return "remise en service"
    return _REACHED[StageChoice(commitment.stage)]


def _grouped(commitments: Iterable[Commitment]) -> list[list[Commitment]]:
    groups: dict[tuple[object, ...], list[Commitment]] = defaultdict(list)
    for each in commitments:
        covers = (each.category_id, each.priority, each.residence_id, each.responsible_id)
        key = ("delays", *covers) if each.kind in CLOCKED_KINDS else ("own", each.pk)
        groups[key].append(each)
    for group in groups.values():
        group.sort(key=lambda each: _ORDER.index(each.stage) if each.stage in _ORDER else 0)
    return list(groups.values())


def _line(group: list[Commitment], signatory: Organisation) -> Line:
    first = group[0]
    details = [] if first.responsible == signatory else [first.responsible.short_name]
    if first.kind in CLOCKED_KINDS:
        return Line(sentence(group), details + _counting(group))
    if first.note:
        details.append(first.note)
    return Line(_other(first), details)


def _counting(group: list[Commitment]) -> list[str]:
    """What the delays depend on: hours, what suspends which stage, the share to hold, the notes."""
    details = sorted({str(each.calendar) for each in group if each.basis != BasisChoice.ELAPSED_TIME and each.calendar})
    for each in group:
        if each.pausing_reasons:
            reasons = ", ".join(str(PauseReasonChoice(reason).label).lower() for reason in each.pausing_reasons)
            details.append(f"{StageChoice(each.stage).label.lower()} suspendu par\u00a0: {reasons}")
    details += sorted({f"à tenir dans {each.threshold_percent}\u202f% des cas" for each in group})
    return details + [each.note for each in group if each.note]


def _other(commitment: Commitment) -> str:
    """A promise that is not a delay."""
    label = commitment.label
    if commitment.kind == CommitmentKind.RECURRENCE:
        proof = f", prouvé par\u00a0: {commitment.proof}" if commitment.proof else ""
        return f"{label}\u00a0: {commitment.times} fois {_EACH[Period(commitment.period)]}{proof}"
    if commitment.kind == CommitmentKind.AVAILABILITY:
        rate = f"{commitment.min_rate:f}".rstrip("0").rstrip(".").replace(".", ",")
        over = f", jugé {_EACH[Period(commitment.period)]}" if commitment.period else ""
        return f"{commitment.equipment}\u00a0: en service au moins {rate}\u202f% du temps{over}"
    if commitment.kind == CommitmentKind.QUALITY_LEVEL:
        walks = f", {commitment.walks_per_year} visites par an" if commitment.walks_per_year else ""
        scale = f"{commitment.threshold_score} au moins, sur l'échelle {commitment.scale}"
        return f"{label}\u00a0: {scale}{walks}"
    due = f"{commitment.due_on:%d/%m/%Y}" if commitment.due_on else ""
    proof = f" (preuve\u00a0: {commitment.indicator})" if commitment.indicator else ""
    return f"{label}\u00a0: au plus tard le {due}{proof}"


def when_reached(step: EscalationStep) -> str:
    """Like "à 75 % du délai", "2 h ouvrées après l'échéance"."""
    if step.share_percent is not None:
        return f"à {step.share_percent}\u202f% du délai"
    seconds = step.offset_seconds or 0
    if seconds == 0:
        return "à l'échéance"
    return f"{delay(abs(seconds), BasisChoice.WORKING_TIME)} {'après' if seconds > 0 else 'avant'} l'échéance"
