"""The cyclone of the year told: the DSU suspends the commune's delays in the evening, and relaunches them next day."""

from datetime import UTC, date, datetime, timedelta

from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.models import CycloneAlert
from gup.incidents.recalculating import recalculate_due
from gup.partners.models import User

# Six in the evening, and noon on the day after, in Le Lamentin.
BEGINS, ENDS = timedelta(hours=22), timedelta(hours=40)


def storm_day(until: datetime) -> date:
    """A cyclone passes on the last 9 September of the year told."""
    this_year = date(until.year, 9, 9)
    return this_year if this_year < until.date() else date(until.year - 1, 9, 9)


def weather(day: date, storm: date, dsu: User, until: datetime) -> None:
    """What the DSU decided about the weather by the first hour of `day` (UTC)."""
    midnight = datetime.combine(storm, datetime.min.time(), UTC)
    morning = datetime.combine(day, datetime.min.time(), UTC)
    if day == storm + timedelta(days=1):
        declare_alert(
            perimeter=None, reason="Vigilance violette (exemple)", started_at=midnight + BEGINS, by=dsu, at=morning
        )
    elif day == storm + timedelta(days=2) and (alert := CycloneAlert.objects.filter(ended_at__isnull=True).first()):
        end_alert(alert, ended_at=midnight + ENDS, by=dsu, at=morning)
    recalculate_due(min(morning, until))
