"""How lines say days, periods and rates in French."""

from datetime import date

from django.utils.formats import date_format

from gup.conventions.enums import Period
from gup.service_levels.french_time import NO_BREAK, NOTHING
from gup.service_levels.periods import Span

PERIODS = {Period.WEEK: "par semaine", Period.MONTH: "par mois", Period.YEAR: "par an"}


def day_words(day: date) -> str:
    """Like "5 octobre 2026", "1er juin 2026"."""
    return f"{_day_of_month(day)} {day.year}"


def span_words(span: Span, period: str) -> str:
    """Like "semaine du 31 août au 6 septembre", "septembre 2026", "année 2026"."""
    if period == Period.WEEK:
        return f"semaine du {_day_of_month(span.first)} au {_day_of_month(span.last)}"
    return date_format(span.first, "F Y") if period == Period.MONTH else f"année {span.first.year}"


def counted(number: int, one: str, many: str = "") -> str:
    """Like "1 passage", "3 passages"."""
    return f"{number} {one if number < 2 else many or one + 's'}"


def hundredths(rate: int | None) -> str:
    """9849 as "98,49 %"; a dash without a rate."""
    return NOTHING if rate is None else f"{rate // 100},{rate % 100:02d}{NO_BREAK}%"


def _day_of_month(day: date) -> str:
    return date_format(day, "j F").replace("1 ", "1er ", 1) if day.day == 1 else date_format(day, "j F")
