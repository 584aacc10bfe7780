"""The curve of a report: what it joins, what it leaves apart, what it promises."""

from datetime import date

from gup.reports.charts import described, rate_curve
from gup.service_levels.compliance import Rate

SPRING = [(date(2026, month, 1), Rate(held, 10 - held)) for month, held in ((3, 9), (4, 8), (6, 7))]


def test_a_month_that_decided_nothing_breaks_the_line() -> None:
    whole = rate_curve(SPRING, 90)
    broken = rate_curve([*SPRING[:2], (date(2026, 5, 1), Rate()), SPRING[2]], 90)
    assert (whole.count("<polyline"), broken.count("<polyline")) == (1, 2)
    assert (whole.count("<circle"), broken.count("<circle")) == (3, 3)
    assert "mai" in broken


def test_a_threshold_is_drawn_only_where_there_is_one() -> None:
    assert "seuil 95 %" in rate_curve(SPRING, 95)
    assert "seuil" not in rate_curve(SPRING, None)
    assert described(SPRING, None).startswith("Taux d'engagements tenus par mois : mars 90,0")


def test_no_month_at_all_is_an_empty_frame() -> None:
    assert "<polyline" not in rate_curve([(date(2026, 5, 1), Rate())], 90)
