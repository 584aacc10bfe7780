"""What holds for any history."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.clock_state import ClockState
from gup.service_levels.clocks import fold
from gup.service_levels.facts import Fact
from gup.service_levels.stages import STAGE_ORDER, Basis, FactKind, PauseReason, Stage, Verdict
from tests.service_levels.stories import BAILLEUR, HOUR, TOWN, Story, local, promise

OPENED_AT = local("02-05 10:00")
LATER = local("2027-06-01 12:00")
PARTIES = (BAILLEUR, TOWN)
PROMISED = {
    (category, priority, party): [
        promise(Stage.RECEIPT, 1, basis=Basis.ELAPSED_TIME, party=party),
        promise(Stage.ACKNOWLEDGE, 4 // urgency, party=party),
        *([promise(Stage.MAKE_SAFE, 8 // urgency, basis=Basis.ELAPSED_TIME, party=party)] * (category == "lift")),
        promise(Stage.RESOLVE, basis=Basis.WORKING_DAYS, days=4 // urgency, party=party, window=3),
    ]
    for category in ("lift", "gate")
    for priority, urgency in (("normal", 1), ("urgent", 2))
    for party in PARTIES
}
UNDOING = (FactKind.UNMERGED, FactKind.RELEASED)
# What the history of an incident records: the opening comes first, and amendments are the convention's.
RECORDED = [kind for kind in FactKind if kind not in (FactKind.OPENED, FactKind.AMENDED)]


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Any facts after an opening, about one every half day, some in the same second."""
    facts = [Fact(OPENED_AT, 1, FactKind.OPENED, category="lift", priority="normal", party=BAILLEUR)]
    at = OPENED_AT
    for seq in range(2, 2 + draw(st.integers(0, 12))):
        at += draw(st.sampled_from([0, 1, HOUR, 7 * HOUR, 25 * HOUR, 96 * HOUR]))
        facts.append(
            Fact(
                at,
                seq,
                draw(st.sampled_from(RECORDED)),
                stage=draw(st.sampled_from(STAGE_ORDER)),
                reason=draw(st.sampled_from(PauseReason)),
                category=draw(st.sampled_from(["lift", "gate"])),
                priority=draw(st.sampled_from(["normal", "urgent"])),
                party=draw(st.sampled_from(PARTIES)),
                mode=draw(st.sampled_from(["raised", "corrected", "lowered"])),
                reported_at=draw(st.sampled_from([OPENED_AT - 30 * HOUR, OPENED_AT + HOUR])),
                cycle=1,
            )
        )
    return facts


def clocks_of(facts: list[Fact]) -> tuple[ClockState, ...]:
    return fold(facts, Story(PROMISED).promises_for)


def key(clock: ClockState) -> tuple[Stage, int, int]:
    return (clock.stage, clock.cycle, clock.party)


@given(facts=histories(), seed=st.integers())
def test_the_same_facts_in_any_order_give_the_same_clocks(facts: list[Fact], seed: int) -> None:
    shuffled = facts.copy()
    random.Random(seed).shuffle(shuffled)
    assert clocks_of(shuffled) == clocks_of(facts)


@given(facts=histories())
def test_a_stage_has_one_clock_for_each_party_and_cycle(facts: list[Fact]) -> None:
    keys = [key(clock) for clock in clocks_of(facts)]
    assert len(keys) == len(set(keys))


@given(facts=histories(), data=st.data())
def test_what_was_missed_stays_missed_at_the_same_instant_whatever_comes_after(
    facts: list[Fact], data: st.DataObject
) -> None:
    facts = [fact for fact in facts if fact.kind not in UNDOING]
    told = data.draw(st.integers(1, len(facts)))
    now = facts[told].at if told < len(facts) else LATER
    after = {key(clock): clock for clock in clocks_of(facts)}
    for clock in clocks_of([fact for fact in facts if fact.at < now]):
        if clock.verdict(now) == Verdict.MISSED:
            assert after[key(clock)].verdict(LATER) == Verdict.MISSED
            assert after[key(clock)].due_at == clock.due_at


@given(facts=histories())
def test_a_clock_is_paused_with_time_left_or_due_and_never_both(facts: list[Fact]) -> None:
    for clock in clocks_of(facts):
        if clock.remaining_seconds is not None:
            assert clock.remaining_seconds > 0
            assert clock.due_at is None and clock.paused_since is not None and clock.levels == ()
        elif clock.due_at is None:
            assert clock.cancelled_at is not None
        if clock.stopped_at is not None or clock.cancelled_at is not None:
            assert clock.paused_since is None
            assert all(pause.ended_at is not None for pause in clock.pauses)


@given(facts=histories())
def test_verdicts_agree_with_the_instants_that_decide_them(facts: list[Fact]) -> None:
    for clock in clocks_of(facts):
        verdict, decided_at = clock.verdict(LATER), clock.decided_at(LATER)
        assert (decided_at is not None) == (verdict in (Verdict.HELD, Verdict.MISSED))
        if verdict == Verdict.HELD:
            assert decided_at == clock.stopped_at and decided_at is not None
            assert clock.due_at is not None and decided_at <= clock.due_at
        if verdict == Verdict.MISSED:
            assert decided_at == clock.due_at


@given(facts=histories())
def test_pauses_only_ever_move_a_due_later(facts: list[Fact]) -> None:
    for clock in clocks_of(facts):
        assert clock.due_at is None or clock.due_at >= clock.strict_due_at
        if clock.strict_verdict(LATER) == Verdict.HELD:
            assert clock.verdict(LATER) == Verdict.HELD, "what people lived is never better"
