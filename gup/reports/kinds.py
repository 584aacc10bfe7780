"""The promises beyond delays, as the month's report tells them: the lines that the engagements page shows."""

from collections.abc import Iterable, Iterator

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment, Convention
from gup.inspections.judging import month_of
from gup.inspections.lines import Line
from gup.reports.history import Month
from gup.reports.kind_corrections import corrections
from gup.reports.monthly import KindLine
from gup.service_levels.compliance import Decided, Rate
from gup.service_levels.stages import Verdict


def kind_lines(month: Month, decided: Iterable[tuple[int, Decided]]) -> list[KindLine]:
    """The lines of the report's convention, or of every convention of the commune, as known at the month's instant;
    then what moved since in the months that were sealed.

    `decided`: what the month counts of each clock, with the commitment that promised it.
    """
    clocks, conventions = _information(decided), list(_conventions(month))
    lines = [
        _frozen(line)
        for convention in conventions
        for line in month_of(convention, month.first_day, month.as_of, clocks=clocks).lines
    ]
    return [*lines, *corrections(month, conventions)]


def _conventions(month: Month) -> Iterator[Convention]:
    if month.report.convention is not None:
        yield month.report.convention
    else:
        yield from Convention.objects.select_related("organisation").order_by("is_annex", "name")


def _information(decided: Iterable[tuple[int, Decided]]) -> dict[int, Rate]:
    """What the folded clocks of information commitments came to in the month."""
    ours = set(Commitment.objects.filter(kind=CommitmentKind.INFORMATION).values_list("pk", flat=True))
    rates: dict[int, Rate] = {}
    for commitment, verdicts in decided:
        if commitment in ours and verdicts.contractual is not None:
            known, is_held = rates.get(commitment, Rate()), verdicts.contractual == Verdict.HELD
            rates[commitment] = Rate(known.held + is_held, known.missed + (not is_held))
    return rates


def _frozen(line: Line) -> KindLine:
    return KindLine(
        kind=line.kind.value,
        label=line.label,
        party=line.party,
        subject=line.subject,
        target=line.target,
        due=line.due,
        measured=line.measured,
        held=line.rate.held,
        missed=line.rate.missed,
        verdict=line.verdict.value if line.verdict else "",
    )
