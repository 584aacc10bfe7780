"""When a message leaves for each of its readers, by her choices and by what she was owed a moment ago."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Q

from gup.notifications.enums import Delivery, Topic
from gup.notifications.hours import BURST, after_quiet, next_digest
from gup.notifications.models import LetterHours, OutboxMessage, Preference
from gup.notifications.topics import who_must_hear
from gup.partners.models import User


def departures(
    people: Collection[User], topic: Topic, at: datetime, *, must_hear: bool, at_once: bool
) -> dict[int, datetime]:
    """The instant (UTC) for each person (her primary key); those who hear nothing of the topic are not in it."""
    keys = [each.pk for each in people]
    if not keys:
        return {}
    chosen = dict(Preference.objects.filter(user__in=keys, topic=topic).values_list("user_id", "delivery"))
    muted = {key for key, delivery in chosen.items() if delivery == Delivery.MUTED}
    if muted and not must_hear:
        keys = [key for key in keys if key not in muted - who_must_hear(topic, muted)]
    if at_once:
        return dict.fromkeys(keys, at)
    hours = {each.user_id: each for each in LetterHours.objects.filter(user__in=keys)}
    recent = _recent(keys, at)
    return {
        key: next_digest(at, hours.get(key))
        if chosen.get(key) == Delivery.DIGEST
        else after_quiet(recent.get(key, at), hours.get(key))
        for key in keys
    }


def _recent(keys: Collection[int], at: datetime) -> dict[int, datetime]:
    """When what follows what each was owed in the last minutes may leave: with what still waits, or after the burst."""
    owed = OutboxMessage.objects.filter(recipient__in=keys, created_at__gt=at - BURST, created_at__lte=at)
    # What waits for tomorrow's letter, or for the end of the night, is no burst.
    soon = Q(sent_at__isnull=False) | Q(next_attempt_at__lte=at + BURST)
    last = (
        owed.filter(soon, is_urgent=False)
        .values("recipient")
        .annotate(waits=Max("next_attempt_at"), left=Max("sent_at"))
    )
    return {row["recipient"]: max(at, row["waits"] or row["left"] + BURST) for row in last}
