"""When a message may leave: not in somebody's quiet hours, once a day for who asked so, together with its burst.

Pure arithmetic of the wall clock of Martinique, which has no summer time.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from gup.notifications.models import LetterHours

# What follows a message that closely waits, to leave with all that came meanwhile.
BURST = timedelta(minutes=5)
SUNDAY = 6


def after_quiet(at: datetime, hours: LetterHours | None) -> datetime:
    """The first instant from `at` on that is not quiet for this person; `at` itself for who asked for no quiet."""
    if hours is None:
        return at
    while _is_quiet(local := timezone.localtime(at), hours):
        # Hour by hour, whatever the night crosses: forty steps at most, over a Sunday.
        at = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def next_digest(at: datetime, hours: LetterHours | None) -> datetime:
    """The next hour of this person's daily letter, at `at` or after it."""
    local = timezone.localtime(at)
    hour = LetterHours.DIGEST_HOUR if hours is None else hours.digest_hour
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today >= local else today + timedelta(days=1)


def _is_quiet(local: datetime, hours: LetterHours) -> bool:
    if hours.quiet_sundays and local.weekday() == SUNDAY:
        return True
    start, end = hours.quiet_from, hours.quiet_until
    if start is None or end is None:
        return False
    return start <= local.hour < end if start < end else local.hour >= start or local.hour < end
