"""Figures in French words: the page, the PDF and the CSV all say them through here."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gup.service_levels.compliance import Rate
from gup.service_levels.french_time import NO_BREAK, NOTHING, SPACE

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def month_name(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


# Where an incident is counted and may not be named.
CONFIDENTIAL = "incident confidentiel"


def percent(rate: Rate) -> str:
    """Like "92,5 %", or a dash when nothing was decided."""
    figure = percent_figure(rate)
    return NOTHING if figure is None else f"{figure}{NO_BREAK}%"


def percent_figure(rate: Rate) -> str | None:
    """Like "92,5", None when nothing was decided; rounded down, so that what is below a threshold shows it."""
    if not rate.decided:
        return None
    tenths = 1000 * rate.held // rate.decided
    return f"{tenths // 10},{tenths % 10}"


def points(difference: float | None) -> str:
    """Like "+3,0 pts", "±0", with a real minus sign; a dash where there is nothing to compare."""
    if difference is None:
        return NOTHING
    if round(difference, 1) == 0:
        return "±0"
    sign = "+" if difference > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(difference):.1f}".replace(".", ",") + f"{NO_BREAK}pts"


def duration(seconds: int | None) -> str:
    """Like "2 j 3 h", "4 h 10", "12 min"; a dash for a time that was not reached."""
    if seconds is None:
        return NOTHING
    minutes = seconds // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days}{SPACE}j{SPACE}{hours}{SPACE}h" if hours else f"{days}{SPACE}j"
    return f"{hours}{SPACE}h{SPACE}{minutes % 60:02d}" if hours else f"{minutes}{SPACE}min"


def moment(at: datetime | None, timezone: str) -> str:
    """Like "07/09/2026 14:05" where the convention lives; a dash without an instant."""
    return NOTHING if at is None else f"{at.astimezone(ZoneInfo(timezone)):%d/%m/%Y %H:%M}"


def per_hundred(count: int, dwellings: int) -> str:
    """Incidents for 100 dwellings; a dash where their number is unknown."""
    return f"{100 * count / dwellings:.1f}".replace(".", ",") if dwellings else NOTHING
