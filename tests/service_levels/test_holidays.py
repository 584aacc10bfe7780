"""The days that close in Martinique."""

from datetime import date

import pytest

from gup.service_levels.holidays import customary_days, legal_holidays


def test_the_legal_holidays_of_2026_are_these() -> None:
    assert legal_holidays(2026) == {
        date(2026, 1, 1): "Jour de l'an",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Fête de la Victoire",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 22): "Abolition de l'esclavage",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice",
        date(2026, 12, 25): "Noël",
    }


@pytest.mark.parametrize("year", range(2024, 2034))
def test_22_may_is_legal_and_21_july_is_not(year: int) -> None:
    assert date(year, 5, 22) in legal_holidays(year)
    assert date(year, 7, 21) not in legal_holidays(year)


@pytest.mark.parametrize(
    ("year", "mardi_gras", "good_friday"),
    [(2024, date(2024, 2, 13), date(2024, 3, 29)), (2026, date(2026, 2, 17), date(2026, 4, 3))],
)
def test_customary_days_follow_easter(year: int, mardi_gras: date, good_friday: date) -> None:
    assert customary_days(year) == {
        "mardi-gras": mardi_gras,
        "ash-wednesday": mardi_gras.replace(day=mardi_gras.day + 1),
        "good-friday": good_friday,
        "all-souls": date(year, 11, 2),
        "schoelcher": date(year, 7, 21),
    }
