"""The escalation levels that an incident's clocks reached, by their instants alone: late reports and sweeps aside."""

from collections.abc import Collection, Iterator
from datetime import datetime

from gup.incidents.facts import epoch, moves_clocks
from gup.incidents.models import Incident, IncidentEvent
from gup.incidents.projection import states_of
from gup.service_levels.clock_state import ClockKey


def reached_levels(
    incident: Incident, events: list[IncidentEvent], own: Collection[int], start: datetime, end: datetime, now: datetime
) -> Iterator[int]:
    """The level, once for each clock that reached it within [start, end) and by `now` (UTC), in the book in use.

    `own`: the commitments whose clocks count. The history is folded as it stood after each fact: a clock that stops or
    waits before a level's instant never reaches it, one that is late keeps what it reached. `events` by time.
    """
    telling = [event for event in events if moves_clocks(event)]
    fired: dict[ClockKey, int] = {}
    first, last = epoch(start), epoch(min(end, now))
    for index, event in enumerate(telling):
        since = epoch(event.at)
        until = epoch(telling[index + 1].at) if index + 1 < len(telling) else last
        if since >= until:
            continue
        for clock in states_of(incident, telling[: index + 1], now):
            key = clock.key
            reached = [(order, at) for order, at in clock.levels if at < until and order > fired.get(key, 0)]
            for order, at in reached:
                if clock.promise_key in own and first <= max(at, since) < last:
                    yield order
            fired[key] = max([order for order, _ in reached], default=fired.get(key, 0))
