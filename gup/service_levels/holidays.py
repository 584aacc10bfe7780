"""The days that close a calendar in Martinique: the legal ones, and those a convention may add by custom."""

from datetime import date, timedelta

from holidays.countries.france import France

# Customary, not legal: Code du travail L3422-2 gives Martinique 22 May alone.
SCHOELCHER = (7, 21)


def legal_holidays(year: int) -> dict[date, str]:
    """The legal holidays of a year in Martinique, with their French names (Code du travail L3133-1 and L3422-2)."""
    found = France(subdiv="MQ", years=year, language="fr")
    return {day: name for day, name in sorted(found.items()) if (day.month, day.day) != SCHOELCHER}


def customary_days(year: int) -> dict[str, date]:
    """The customary days that a convention may close on, by the name it writes them with."""
    good_friday = _easter(year) - timedelta(days=2)
    return {
        "mardi-gras": _easter(year) - timedelta(days=47),
        "ash-wednesday": _easter(year) - timedelta(days=46),
        "good-friday": good_friday,
        "all-souls": date(year, 11, 2),
        "schoelcher": date(year, *SCHOELCHER),
    }


def _easter(year: int) -> date:
    """Easter Sunday: the day before the Monday that the law names."""
    monday = next(day for day, name in legal_holidays(year).items() if "Pâques" in name)
    return monday - timedelta(days=1)
