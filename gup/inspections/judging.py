"""The month of the five kinds: the one answer that pages, API and reports ask for."""

from collections.abc import Mapping
from datetime import date, datetime

from gup.conventions.models import Convention
from gup.inspections import downtime, information, milestones, quality, recurrence
from gup.inspections.ground import Ground
from gup.inspections.lines import KindsMonth
from gup.service_levels.compliance import Rate


def month_of(
    convention: Convention, month: date, as_of: datetime, *, clocks: Mapping[int, Rate] | None = None
) -> KindsMonth:
    """What a convention's promises beyond delays come to in a local month (any day of it), as known at `as_of` (UTC).

    The same `as_of` gives the same lines for ever: what was recorded later is not seen. `clocks` gives what the month
    decided of the information commitments, by commitment, to a caller that has folded them as of that instant; without
    it the stored clocks are counted. Works in a dozen queries, whatever the month holds.
    """
    ground = Ground(convention, month.replace(day=1), as_of)
    return KindsMonth(
        convention,
        ground.month,
        as_of,
        lines=(
            *recurrence.lines(ground),
            *quality.lines(ground),
            *downtime.lines(ground),
            *information.lines(ground, clocks),
            *milestones.lines(ground),
        ),
    )
