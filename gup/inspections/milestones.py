"""Dated actions: held in the month they were done, when that was in time; missed in the month they were due."""

from collections.abc import Iterator
from datetime import date

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment
from gup.inspections.ground import Ground
from gup.inspections.lines import Line, Part, line
from gup.inspections.models import Milestone
from gup.inspections.wording import day_words
from gup.service_levels.stages import Verdict


def lines(ground: Ground) -> Iterator[Line]:
    """One line for each action of the version in force at the month's end: those still to come are told, not counted
    (one query).
    """
    closing = ground.closing_version
    governing = [
        commitment for version, commitment in ground.commitments(CommitmentKind.ACTION_MILESTONE) if version == closing
    ]
    done = _done(ground) if governing else {}
    for commitment in governing:
        part = _part(ground, commitment, done.get(commitment.label))
        if part is not None:
            yield line(
                commitment,
                f"au plus tard {part.due}",
                due=part.due,
                measured=part.measured,
                parts=(part,),
            )


def _part(ground: Ground, commitment: Commitment, done_on: date | None) -> Part | None:
    """What the month says of an action; None when it was decided and done with before."""
    due_on = commitment.due_on
    if due_on is None:
        raise ValueError("Une action a une échéance.")
    month, due = ground.span, f"le {day_words(due_on)}"
    if done_on is not None and done_on <= due_on:
        if done_on < month.first:
            return None
        if done_on <= month.last:
            return Part("échéance", due, f"faite le {day_words(done_on)}", Verdict.HELD)
        return Part("échéance", due, "à venir", None)
    if done_on is not None and done_on <= month.last:
        if done_on < month.first and due_on < month.first:
            return None
        is_counted = due_on >= month.first
        words = f"faite le {day_words(done_on)}, hors délai" + ("" if is_counted else ", déjà comptée")
        return Part("échéance", due, words, Verdict.MISSED if is_counted else None)
    if due_on > month.last:
        return Part("échéance", due, "à venir", None)
    if due_on < month.first:
        return Part("échéance", due, "toujours pas faite, déjà comptée", None)
    is_over = ground.today > due_on
    return Part("échéance", due, "pas faite", Verdict.MISSED if is_over else Verdict.PENDING)


def _done(ground: Ground) -> dict[str, date]:
    """When each action was done, by its label: an amendment that repeats it finds it done."""
    standing = Milestone.objects.standing(ground.as_of).filter(commitment__version__convention=ground.convention)
    return dict(standing.order_by("-done_on").values_list("commitment__label", "done_on"))
