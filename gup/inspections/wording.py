"""How lines say days, periods and rates in French."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from gup.conventions.enums import Period
from gup.conventions.models import Convention
from gup.service_levels.periods import Span

NO_BREAK = "\u202f"
NOTHING = "—"
PERIODS = {Period.WEEK: "par semaine", Period.MONTH: "par mois", Period.YEAR: "par an"}


def day_words(day: date) -> str:
    """Like "5 octobre 2026"."""
    return date_format(day, "j F Y")


def span_words(span: Span, period: str) -> str:
    """Like "semaine du 31 août au 6 septembre", "septembre 2026", "année 2026"."""
    if period == Period.WEEK:
        return f"semaine du {date_format(span.first, 'j F')} au {date_format(span.last, 'j F')}"
    return date_format(span.first, "F Y") if period == Period.MONTH else f"année {span.first.year}"


def counted(number: int, one: str, many: str = "") -> str:
    """Like "1 passage", "3 passages"."""
    return f"{number} {one if number < 2 else many or one + 's'}"


def hundredths(rate: int | None) -> str:
    """9849 as "98,49 %"; a dash without a rate."""
    return NOTHING if rate is None else f"{rate // 100},{rate % 100:02d}{NO_BREAK}%"


def moment_words(at: datetime, convention: Convention) -> str:
    """Like "5 octobre à 14 h 05", where the convention lives."""
    local = at.astimezone(ZoneInfo(convention.timezone))
    return f"{date_format(local, 'j F')} à {local.hour} h {local.minute:02d}"
