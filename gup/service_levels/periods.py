"""Weeks, months and years as local days: which of them a month counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK, MONTH, YEAR = "week", "month", "year"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole local days, both ends included."""

    first: date
    last: date

    @property
    def day_after(self) -> date:
        return self.last + DAY


def month_span(month: date) -> Span:
    """The month that a day is in."""
    first = month.replace(day=1)
    return Span(first, (first + timedelta(days=32)).replace(day=1) - DAY)


def periods_counted_in(month: date, period: str) -> list[Span]:
    """The periods whose last day falls in the month: the weeks by their Sunday, the month itself, the year in December.

    `period` is "week" (Monday to Sunday), "month" or "year" (civil). Raises ValueError for another.
    """
    whole = month_span(month)
    if period == WEEK:
        return [Span(sunday - 6 * DAY, sunday) for sunday in _sundays(whole)]
    if period == MONTH:
        return [whole]
    if period == YEAR:
        return [year_span(month)] if month.month == 12 else []
    raise ValueError(f"Période inconnue : {period!r}.")


def year_span(day: date) -> Span:
    """The civil year that a day is in."""
    return Span(date(day.year, 1, 1), date(day.year, 12, 31))


def _sundays(month: Span) -> Iterator[date]:
    day = month.first + DAY * (6 - month.first.weekday())
    while day <= month.last:
        yield day
        day += 7 * DAY
