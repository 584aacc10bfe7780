"""Walks: each score against the target on its own scale, and how many walks a year. No average: scales do not add."""

from collections.abc import Iterator
from datetime import date

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment, ConventionVersion
from gup.inspections.ground import Ground
from gup.inspections.lines import Line, Part, line
from gup.inspections.models import Walk
from gup.inspections.wording import counted, day_words
from gup.places.models import Residence
from gup.service_levels.periods import year_span
from gup.service_levels.scores import Scale, ScoreError
from gup.service_levels.stages import Verdict


def lines(ground: Ground) -> Iterator[Line]:
    """One line for each commitment in force at the month's end and each residence (one query)."""
    closing = ground.closing_version
    governing = [
        (version, commitment)
        for version, commitment in ground.commitments(CommitmentKind.QUALITY_LEVEL)
        if version == closing
    ]
    walks = _walks(ground) if governing else {}
    for version, commitment in governing:
        for residence in ground.residences(version, commitment, ground.span):
            yield _line(ground, version, commitment, residence, walks.get((commitment.label, residence.pk), []))


def target_words(commitment: Commitment) -> str:
    """Like "70/100, 2 visites par an"."""
    target = _target_score(commitment)
    return f"{target}, {counted(commitment.walks_per_year, 'visite')} par an" if commitment.walks_per_year else target


def _target_score(commitment: Commitment) -> str:
    """The target as scores are written; as the convention wrote it where it cannot be read."""
    try:
        return Scale.read(commitment.scale).write(commitment.threshold_score)
    except ScoreError:
        return commitment.threshold_score


def gap_words(walk: Walk, target: str) -> str:
    """Like "+2" or "atteint": how far a walk is from the target, in points or in letters."""
    try:
        gap = Scale.read(walk.scale).gap(walk.score, target)
    except ScoreError:
        return "autre échelle"
    size = f"{abs(gap).normalize():f}".replace(".", ",")
    return f"+{size}" if gap > 0 else f"\N{MINUS SIGN}{size}" if gap < 0 else "atteint"


def score_verdict(walk: Walk, commitment: Commitment) -> Verdict | None:
    """Held iff the score reaches the target on the same scale; None where the scale changed with an amendment."""
    if walk.scale != commitment.scale:
        return None
    try:
        gap = Scale.read(walk.scale).gap(walk.score, commitment.threshold_score)
    except ScoreError:
        return None
    return Verdict.HELD if gap >= 0 else Verdict.MISSED


def _line(
    ground: Ground, version: ConventionVersion, commitment: Commitment, residence: Residence, walks: list[Walk]
) -> Line:
    here = [walk for walk in walks if ground.span.first <= walk.walked_on <= ground.span.last]
    parts = [
        Part(
            f"visite du {day_words(walk.walked_on)}",
            _target_score(commitment),
            f"{walk.score} ({gap_words(walk, commitment.threshold_score)})",
            score_verdict(walk, commitment),
        )
        for walk in here
    ]
    scores = ", ".join(part.measured for part in parts)
    if commitment.walks_per_year:
        parts.append(_year_part(ground, version, commitment, walks))
    return line(
        commitment,
        target_words(commitment),
        residence=residence,
        due=f"{_target_score(commitment)} (échelle {commitment.scale})",
        measured=scores or f"{counted(len(walks), 'visite')} en {ground.month.year}",
        parts=tuple(parts),
    )


def _year_part(ground: Ground, version: ConventionVersion, commitment: Commitment, walks: list[Walk]) -> Part:
    """The walks of the civil year up to the month's end: told each month, judged in December."""
    year, due = year_span(ground.month), commitment.walks_per_year or 0
    done = len(walks)
    verdict = None
    if ground.span.last == year.last and ground.governs(version, year):
        verdict = Verdict.HELD if done >= due else Verdict.MISSED if ground.is_over(year) else Verdict.PENDING
    return Part(f"visites de {ground.month.year}", str(due), counted(done, "faite"), verdict)


def _walks(ground: Ground) -> dict[tuple[str, int], list[Walk]]:
    """The year's walks up to the month's end, by label and residence, oldest first."""
    first: date = year_span(ground.month).first
    standing = Walk.objects.standing(ground.as_of).filter(
        commitment__version__convention=ground.convention, walked_on__gte=first, walked_on__lte=ground.span.last
    )
    found: dict[tuple[str, int], list[Walk]] = {}
    for walk in standing.select_related("commitment").order_by("walked_on", "id"):
        found.setdefault((walk.commitment.label, walk.residence_id), []).append(walk)
    return found
