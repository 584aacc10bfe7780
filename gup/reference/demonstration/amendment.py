"""A project of amendment to look at, simulate and activate: SIMAR's lifts back sooner, its bulky waste later."""

from datetime import date
from typing import TypeVar

from gup.conventions.enums import StageChoice
from gup.conventions.models import Commitment, Convention, ConventionVersion, EscalationStep

Row = TypeVar("Row", EscalationStep, Commitment)
HOUR = 3600
# Category and the hours to repair that the project proposes; the signed version says 48 for both.
PROPOSED = {"lift-out": 24, "bulky-private": 72}


def draft_amendment(year: int) -> ConventionVersion:
    """Write SIMAR's project for 1 January of `year`: the signed version, but for what it proposes."""
    signed = Convention.objects.get(organisation__slug="simar", is_annex=False).versions.get(number=0)
    project = ConventionVersion.objects.create(
        convention=signed.convention,
        number=1,
        in_force_from=date(year, 1, 1),
        in_force_until=signed.in_force_until,
        applies_to_open=True,
        philosophy=signed.philosophy,
    )
    project.quartiers.set(signed.quartiers.all())
    EscalationStep.objects.bulk_create(_copied(step, project) for step in signed.escalation_steps.all())
    Commitment.objects.bulk_create(_copied(each, project) for each in signed.commitments.all())
    for slug, hours in PROPOSED.items():
        repairs = project.commitments.filter(category__slug=slug, stage=StageChoice.RESOLVE)
        for commitment in repairs.select_related("category"):
            commitment.target = hours * HOUR
            commitment.label = f"{commitment.category} : rétablissement en {hours} h"
            commitment.save(update_fields=["target", "label"])
    return project


def _copied(row: Row, version: ConventionVersion) -> Row:
    row.pk, row.version = None, version
    row._state.adding = True
    return row
