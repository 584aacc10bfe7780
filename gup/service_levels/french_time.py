"""Instants and lengths as people in Le Lamentin write them, with spaces that never break."""

from datetime import datetime
from zoneinfo import ZoneInfo

MONTHS_SHORT = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
WEEKDAYS_SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
SPACE = "\u00a0"
# Before a percent sign, and in place of what there is none of.
NO_BREAK = "\u202f"
NOTHING = "—"


def length(seconds: int) -> str:
    """Like "4 h", "2 h 10", "45 min", "72 h"; seconds below a minute are told as such."""
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours}{SPACE}h{SPACE}{minutes:02d}" if minutes else f"{hours}{SPACE}h"
    return f"{minutes}{SPACE}min" if minutes or not seconds else f"{seconds}{SPACE}s"


def day(instant: int, zone: ZoneInfo) -> str:
    """Like "lun. 5 oct."."""
    local = datetime.fromtimestamp(instant, zone)
    return f"{WEEKDAYS_SHORT[local.weekday()]}{SPACE}{local.day}{SPACE}{MONTHS_SHORT[local.month - 1]}"


def hour(instant: int, zone: ZoneInfo) -> str:
    """Like "7 h 40", "15 h"."""
    local = datetime.fromtimestamp(instant, zone)
    return f"{local.hour}{SPACE}h{SPACE}{local.minute:02d}" if local.minute else f"{local.hour}{SPACE}h"


def when(instant: int, zone: ZoneInfo) -> str:
    """Like "lun. 5 oct. à 7 h 40"."""
    return f"{day(instant, zone)} à{SPACE}{hour(instant, zone)}"
