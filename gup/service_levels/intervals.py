"""Half-open intervals [from, to) of instants."""

from collections.abc import Iterable

Interval = tuple[int, int]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time, as sorted intervals that neither overlap nor touch; empty intervals are dropped."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overlap(one: Interval, other: Interval) -> Interval | None:
    """The time that both intervals hold, or None when they hold none in common."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
