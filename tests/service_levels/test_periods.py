"""Which periods a month counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gup.service_levels.periods import Span, month_span, periods_counted_in


def test_a_week_counts_in_the_month_of_its_sunday() -> None:
    spans = periods_counted_in(date(2026, 9, 1), "week")
    assert spans[0] == Span(date(2026, 8, 31), date(2026, 9, 6))
    assert spans[-1] == Span(date(2026, 9, 21), date(2026, 9, 27))


def test_a_month_counts_itself_and_a_year_counts_in_december() -> None:
    assert periods_counted_in(date(2028, 2, 9), "month") == [Span(date(2028, 2, 1), date(2028, 2, 29))]
    assert periods_counted_in(date(2026, 11, 1), "year") == []
    assert periods_counted_in(date(2026, 12, 1), "year") == [Span(date(2026, 1, 1), date(2026, 12, 31))]


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        periods_counted_in(date(2026, 9, 1), "fortnight")


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_each_day_is_in_one_week_and_each_week_in_one_month(day: date) -> None:
    first = day.replace(day=1)
    months = [first, month_span(first).day_after]
    holding = [span for each in months for span in periods_counted_in(each, "week") if span.first <= day <= span.last]
    assert len(holding) == 1
    assert holding[0].last - holding[0].first == timedelta(days=6)
