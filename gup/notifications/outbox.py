"""Owing a message, and delivering what is owed. `notify` writes rows only: no request ever waits for a server."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from gup.notifications.channels import send_email
from gup.notifications.enums import Delivery, Topic
from gup.notifications.models import OutboxMessage, Preference
from gup.partners.models import User

# A row that fails waits 1, 2, 4 ... minutes, a day at most: it never blocks the others, and the operator sees it.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
# While one process sends a row, the others leave it alone for this long.
CLAIM = timedelta(minutes=5)


def notify(
    *,
    key: str,
    topic: Topic,
    recipients: Iterable[User | str],
    subject: str,
    body: str,
    at: datetime,
    must_hear: bool = False,
) -> int:
    """Owe one message to each recipient (a person, or an address); the same key never owes twice.

    A person who muted the topic is left out unless `must_hear`. Returns how many rows are new or were there.
    """
    people = list(dict.fromkeys(recipients))
    user_ids = [each.pk for each in people if isinstance(each, User)]
    muted = set() if must_hear or not user_ids else _muted(topic, user_ids)
    rows = [
        OutboxMessage(
            key=f"{key}:{each.pk}" if isinstance(each, User) else f"{key}:{each}"[:160],
            topic=topic,
            recipient=each if isinstance(each, User) else None,
            address=each.email if isinstance(each, User) else each,
            subject=subject[:160],
            body=body,
            created_at=at,
            next_attempt_at=at,
        )
        for each in people
        if not (isinstance(each, User) and (each.pk in muted or not each.is_active))
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def deliver_due(now: datetime, *, limit: int = 200) -> int:
    """Send the messages whose turn has come; returns how many went out.

    At least once: a row is marked after its send, under a Message-ID that a second send repeats.
    """
    due = Q(sent_at__isnull=True, next_attempt_at__lte=now)
    sent = 0
    for message in OutboxMessage.objects.filter(due).order_by("next_attempt_at", "id")[:limit]:
        claimed = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, next_attempt_at=message.next_attempt_at)
        if not claimed.update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM):
            continue  # another process took it
        sent += _deliver(message, now)
    return sent


def withdraw(prefix: str) -> list[User | str]:
    """Owe no more what was owed under the keys that begin so, unless a process has already taken it to send.

    Returns who has heard of it, or will: the people and addresses of what could not be withdrawn.
    """
    owed = OutboxMessage.objects.filter(key__startswith=prefix)
    owed.filter(sent_at__isnull=True, attempts=0).delete()
    return [row.recipient or row.address for row in owed.select_related("recipient")]


def consider_sent(now: datetime) -> int:
    """Let what is owed at `now` count as sent, without sending it: news of the past would reach nobody any more.

    Returns how many messages are concerned.
    """
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True, created_at__lte=now)
    return waiting.update(sent_at=now, next_attempt_at=None)


def oldest_unsent(now: datetime) -> OutboxMessage | None:
    """The message that has waited longest past its turn, for the operator's health page."""
    return OutboxMessage.objects.filter(sent_at__isnull=True, created_at__lt=now).order_by("created_at").first()


def _deliver(message: OutboxMessage, now: datetime) -> int:
    row = OutboxMessage.objects.filter(pk=message.pk, sent_at=None)
    try:
        send_email(message)
    except Exception as failure:
        wait = min(FIRST_WAIT * 2 ** min(message.attempts, 12), LONGEST_WAIT)
        row.update(next_attempt_at=now + wait, last_error=f"{type(failure).__name__}: {failure}"[:300])
        return 0
    with transaction.atomic():
        # A link that opens an account or an incident: once sent, it is kept by nobody but the person.
        kept = "" if message.topic in (Topic.INVITATION, Topic.WORK_ORDER) else message.body
        return row.update(sent_at=now, next_attempt_at=None, last_error="", body=kept)


def _muted(topic: Topic, user_ids: list[int]) -> set[int]:
    muted = Preference.objects.filter(user__in=user_ids, topic=topic, delivery=Delivery.MUTED)
    return set(muted.values_list("user_id", flat=True))
