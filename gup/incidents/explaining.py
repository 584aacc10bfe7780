"""Why is it due then? Each clock in French words: the page and the API say the same sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gup.conventions.enums import PauseReasonChoice
from gup.conventions.models import Commitment, ConventionVersion
from gup.incidents.enums import EventKind
from gup.incidents.facts import epoch
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.service_levels import measuring
from gup.service_levels.clock_state import ClockKey, ClockState
from gup.service_levels.explanation import CountedPause, Explanation, explain
from gup.service_levels.french_time import day, hour, length, when
from gup.service_levels.stages import Basis, FactKind, Verdict

CONTESTED = "réparation annoncée puis contestée"
# What took a delay out of the count.
CANCELLED = {
    FactKind.STAGE_REACHED: "un autre partenaire a réparé",
    FactKind.CLOSED_UNRESOLVED: "incident clos sans réparation",
    FactKind.MERGED: "incident rattaché à un autre",
    FactKind.REPRIORITISED: "la nouvelle priorité ne promet pas cette étape",
    FactKind.REQUALIFIED: "la nouvelle catégorie ne promet pas cette étape",
    FactKind.AMENDED: "l'avenant ne promet plus cette étape",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock: the promise it holds to, and the arithmetic, in words and in instants.

    `strict` is empty where nothing was suspended; `pieces` lists day by day what was counted, where it is short;
    `excuse` is the DSU's written reason, empty where it excused nothing (rule 18).
    """

    text: str
    strict: str
    commitment: Commitment
    version: ConventionVersion
    facts: Explanation
    pieces: tuple[str, ...]
    excuse: str

    @property
    def pauses(self) -> list[tuple[str, CountedPause]]:
        return [(reason_words(pause), pause) for pause in self.facts.pauses]


def explained_clocks(incident: Incident, now: datetime) -> dict[ClockKey, Explained]:
    """Every clock of an incident, by stage, cycle and party, as it reads at `now` (UTC)."""
    events = list(incident.events.all())
    states = states_of(incident, events, now)
    found = Commitment.objects.filter(pk__in={state.counted_key for state in states})
    commitments = {each.pk: each for each in found.select_related("version__convention", "calendar")}
    excuses = {_excused(event): event.text for event in events if event.kind == EventKind.ARBITRATED}
    return {
        state.key: _explained(state, commitments[state.counted_key], epoch(now), excuses.get(state.key, ""))
        for state in states
    }


def reason_words(pause: CountedPause) -> str:
    """Why it stood still, as it reads after « pour »."""
    return CONTESTED if pause.reason is None else PauseReasonChoice(pause.reason.value).label.lower()


def _excused(event: IncidentEvent) -> ClockKey:
    """Which clock an arbitration excused."""
    stage, cycle, party = (event.data[each] for each in ("stage", "cycle", "party"))
    return (str(stage), int(str(cycle)), int(str(party)))


def _explained(state: ClockState, commitment: Commitment, now: int, excuse: str) -> Explained:
    if commitment.calendar is None:
        raise ValueError(f"L'engagement {commitment.pk} n'a pas de délai mesurable.")
    measure = measuring.measured_in(state.counted_basis, commitment.calendar.compiled())
    facts = explain(state, measure, now)
    zone = ZoneInfo(commitment.version.convention.timezone)
    counted = ((pause, pause.counted_seconds) for pause in facts.pauses)
    parts = [_target(state, zone), *_suspensions(counted)]
    strict = ""
    suspended = any(pause.counted_seconds or pause.ended_at is None for pause in facts.pauses)
    if suspended and state.strict_due_at != state.due_at:
        strict = f"Sans les suspensions\u00a0: échéance {when(state.strict_due_at, zone)}."
    return Explained(
        text=f"{', '.join(parts)}\u00a0: {_outcome(state, facts, now, zone)}.",
        strict=strict,
        commitment=commitment,
        version=commitment.version,
        facts=facts,
        pieces=tuple(_piece(start, end, zone) for start, end in facts.pieces),
        excuse=excuse,
    )


def _target(state: ClockState, zone: ZoneInfo) -> str:
    """Like "4 h ouvrées depuis lun. 5 oct. à 7 h 40"."""
    many = "s" if state.counted_target > 1 else ""
    promised = {
        Basis.WORKING_TIME: f"{length(state.counted_target)} ouvrée{_plural(state.counted_target)}",
        Basis.ELAPSED_TIME: f"{length(state.counted_target)}, jour et nuit,",
        Basis.WORKING_DAYS: f"{state.counted_target}\u00a0jour{many} ouvré{many}, le jour du départ non compté,",
        Basis.CALENDAR_DAYS: f"{state.counted_target}\u00a0jour{many}, le jour du départ non compté,",
    }[state.counted_basis]
    nearer = " (échéance rapprochée ce jour-là)" if state.counted_from != state.started_at else ""
    kept = " (engagement antérieur, plus proche)" if state.counted_key != state.promise_key else ""
    return f"{promised} depuis {when(state.counted_from, zone)}{nearer}{kept}"


def _suspensions(taken: Iterable[tuple[CountedPause, int]]) -> Iterator[str]:
    """One part for each reason whose pauses took some of the clock's own time (seconds), all added."""
    totals: dict[str, int] = {}
    for pause, seconds in taken:
        if seconds:
            words = reason_words(pause)
            totals[words] = totals.get(words, 0) + seconds
    for words, seconds in totals.items():
        yield f"suspendu {length(seconds)} pour {words}"


def _outcome(state: ClockState, facts: Explanation, now: int, zone: ZoneInfo) -> str:
    verdict = state.verdict(now)
    if verdict == Verdict.CANCELLED and state.cancelled_at is not None:
        because = f" ({CANCELLED[state.cancelled_by]})" if state.cancelled_by else ""
        return f"annulé {when(state.cancelled_at, zone)}{because}, avant d'être tenu ou dépassé"
    if state.due_at is None:
        return _waiting(state, facts, zone)
    due = f"échéance {when(state.due_at, zone)}"
    if verdict == Verdict.HELD and state.stopped_at is not None:
        used = f"{length(facts.counted_seconds)} comptée{_plural(facts.counted_seconds)}"
        return f"{due}, tenue {when(state.stopped_at, zone)} ({used})"
    if verdict == Verdict.MISSED:
        excused = ", excusée par arbitrage" if state.excused else ""
        later = "".join(
            f", {part} après l'échéance"
            for part in _suspensions((pause, pause.later_seconds) for pause in facts.pauses)
        )
        so_far = " à ce jour" if state.stopped_at is None and state.cancelled_at is None else ""
        late = f"dépassée de {length(facts.late_seconds)}{so_far}" if facts.late_seconds else "dépassée"
        reached = "" if state.stopped_at is None else f", atteinte {when(state.stopped_at, zone)}"
        return f"{due}, {late}{excused}{reached}{later}"
    return due


def _waiting(state: ClockState, facts: Explanation, zone: ZoneInfo) -> str:
    """Paused, so without a due: since when, why, and what will be left."""
    reasons = ", ".join(sorted({reason_words(pause) for pause in facts.pauses if pause.ended_at is None}))
    since = when(state.paused_since or state.started_at, zone)
    return f"suspendu depuis {since} pour {reasons}, il restera {length(state.remaining_seconds or 0)} à la reprise"


def _plural(seconds: int) -> str:
    """The mark of the plural after a length: "1 h 30 ouvrée", "2 h ouvrées", "45 min ouvrées"."""
    return "" if 3600 <= seconds < 7200 or seconds <= 60 else "s"


def _piece(start: int, end: int, zone: ZoneInfo) -> str:
    """Like "lun. 5 oct., 7 h 40 – 15 h : 7 h 20"; the last day is named where it is another one."""
    closes = hour(end, zone) if day(start, zone) == day(end - 1, zone) else when(end, zone)
    return f"{day(start, zone)}, {hour(start, zone)} – {closes}\u00a0: {length(end - start)}"
