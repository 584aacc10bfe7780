"""Where a clock stands, said alike by a list's filter and by the clock itself."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from gup.incidents.clock_situations import Situation, clocks_in, situation_of, strict_verdict_at, verdict_at
from gup.incidents.models import Clock
from gup.service_levels.stages import Verdict
from tests.factories import CommitmentFactory, IncidentFactory

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOURS = (None, -3, -2, 0, 2)


@pytest.fixture
def clocks(db: None) -> list[Clock]:
    """Every meeting of a due, a stop and a cancelling around now."""
    incident, commitment = IncidentFactory(), CommitmentFactory()

    def at(hours: int | None) -> datetime | None:
        return None if hours is None else NOW + timedelta(hours=hours)

    made = [
        Clock(
            incident=incident,
            stage="resolve",
            cycle=number,
            party=commitment.responsible,
            commitment=commitment,
            started_at=NOW - timedelta(hours=9),
            due_at=at(due),
            strict_due_at=at(due) or NOW,
            stopped_at=at(stopped),
            cancelled_at=at(cancelled),
        )
        for number, (due, stopped, cancelled) in enumerate(product(HOURS, HOURS[:4], HOURS[:4]))
        # A clock ends once, and a stop ends the pause that hid its due.
        if not (stopped is not None and (cancelled is not None or due is None))
    ]
    return Clock.objects.bulk_create(made)


@pytest.mark.parametrize("situation", Situation)
def test_the_filter_and_the_clock_say_the_same(clocks: list[Clock], situation: Situation) -> None:
    found = set(Clock.objects.filter(clocks_in(situation, NOW)).values_list("cycle", flat=True))
    told = {clock.cycle for clock in clocks if situation_of(clock, NOW) == situation}
    if situation == Situation.MISSED:
        told = {clock.cycle for clock in clocks if verdict_at(clock, NOW) == Verdict.MISSED}
    if situation == Situation.HELD:
        told = {clock.cycle for clock in clocks if verdict_at(clock, NOW) == Verdict.HELD}
    assert found == told
    assert found


def test_a_cancelled_clock_is_in_no_strict_count_either(clocks: list[Clock]) -> None:
    dropped = [clock for clock in clocks if clock.cancelled_at and clock.due_at is None]
    assert dropped
    assert {strict_verdict_at(clock, NOW) for clock in dropped} == {Verdict.CANCELLED}
