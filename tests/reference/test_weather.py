"""The demonstration's cyclone: declared the night it passes, ended the day after, once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gup.conventions.models import CycloneAlert
from gup.reference.demonstration.weather import storm_day, weather
from tests.factories import UserFactory

UNTIL = datetime(2026, 9, 20, tzinfo=UTC)


def test_the_storm_is_within_the_year_told() -> None:
    assert storm_day(UNTIL) == date(2026, 9, 9)
    assert storm_day(datetime(2026, 9, 9, 12, tzinfo=UTC)) == date(2025, 9, 9)


@pytest.mark.django_db
def test_the_commune_waits_for_eighteen_hours() -> None:
    dsu = UserFactory(reviewer=True)
    for ahead in range(-1, 5):
        weather(date(2026, 9, 9) + timedelta(days=ahead), date(2026, 9, 9), dsu, UNTIL)
    alert = CycloneAlert.objects.get()
    assert alert.ended_at is not None
    assert (alert.place, alert.ended_at - alert.started_at) == ("toute la commune", timedelta(hours=18))
