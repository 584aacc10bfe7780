"""Owing a message, and delivering what is owed. `notify` writes rows only: no request ever waits for a server."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from gup.notifications.channels import send_email
from gup.notifications.departures import departures
from gup.notifications.enums import Topic
from gup.notifications.models import OutboxMessage
from gup.notifications.topics import IMMEDIATE
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
    urgent: bool = False,
) -> int:
    """Owe one message to each recipient (a person, or an address); the same key never owes twice.

    A person who muted the topic is left out, unless her role or `must_hear` says otherwise. It leaves when she wants it
    (`departures`), at once when it is `urgent`. Returns how many rows are new or were there.
    """
    everybody = list(dict.fromkeys(recipients))
    people = [each for each in everybody if isinstance(each, User) and each.is_active]
    leaving = departures(people, topic, at, must_hear=must_hear, at_once=urgent or topic in IMMEDIATE)
    kept = [each for each in everybody if not isinstance(each, User) or each.pk in leaving]
    rows = [
        OutboxMessage(
            key=f"{key}:{each.pk}" if isinstance(each, User) else f"{key}:{each}"[:160],
            topic=topic,
            recipient=each if isinstance(each, User) else None,
            address=each.email if isinstance(each, User) else each,
            subject=subject[:160],
            body=body,
            created_at=at,
            is_urgent=urgent,
            next_attempt_at=leaving[each.pk] if isinstance(each, User) else at,
        )
        for each in kept
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def deliver_due(now: datetime, *, limit: int = 200) -> int:
    """Send the messages whose turn has come, those to one person in one letter; returns how many messages went out.

    At least once: rows are marked after their send, under a Message-ID that a second send repeats.
    """
    due = Q(sent_at__isnull=True, next_attempt_at__lte=now)
    sent = 0
    for message in OutboxMessage.objects.filter(due).order_by("next_attempt_at", "id")[:limit]:
        claimed = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, next_attempt_at=message.next_attempt_at)
        if not claimed.update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM, joined_to=None):
            continue  # another process took it, or another letter
        sent += _deliver(message, _joined(message, now), now)
    return sent


def withdraw(prefix: str) -> list[User | str]:
    """Owe no more what was owed under the keys that begin so, unless a process has already taken it to send.

    Returns who has heard of it, or will: the people and addresses of what could not be withdrawn.
    """
    owed = OutboxMessage.objects.filter(key__startswith=prefix)
    owed.filter(sent_at__isnull=True, attempts=0).delete()
    return [row.recipient or row.address for row in owed.select_related("recipient")]


def send_again(message: OutboxMessage, now: datetime) -> bool:
    """Let a message leave at once; False when it has left, or was given up."""
    waits = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, given_up_at=None)
    return bool(waits.update(next_attempt_at=now))


def give_up(message: OutboxMessage, now: datetime) -> bool:
    """Never send it; False when it has left, or was given up before."""
    waits = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, given_up_at=None)
    return bool(waits.update(given_up_at=now, next_attempt_at=None, joined_to=None))


def consider_sent(now: datetime) -> int:
    """Let what is owed at `now` count as sent, without sending it: news of the past would reach nobody any more.

    Returns how many messages are concerned.
    """
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, created_at__lte=now)
    return waiting.update(sent_at=now, next_attempt_at=None)


def oldest_unsent(now: datetime) -> OutboxMessage | None:
    """The message that has waited longest since it was first due to leave, for the operator's health page.

    What waits for its hour is not late.
    """
    late = Q(next_attempt_at__lt=now) | Q(attempts__gt=0)
    unsent = OutboxMessage.objects.filter(late, sent_at__isnull=True, given_up_at__isnull=True, created_at__lt=now)
    return unsent.order_by("created_at").first()


def _joined(head: OutboxMessage, now: datetime) -> list[OutboxMessage]:
    """What else is due to the same person, taken into the same letter."""
    if head.recipient_id is None or head.is_urgent or head.topic in IMMEDIATE:
        return []
    due = OutboxMessage.objects.filter(recipient=head.recipient_id, sent_at=None, next_attempt_at__lte=now)
    alike = due.filter(is_urgent=False).exclude(topic__in=list(IMMEDIATE)).exclude(pk=head.pk)
    alike.update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM, joined_to=head)
    return list(head.joined.filter(sent_at=None).order_by("id"))


def _deliver(head: OutboxMessage, joined: list[OutboxMessage], now: datetime) -> int:
    rows = OutboxMessage.objects.filter(Q(pk=head.pk) | Q(joined_to=head), sent_at=None)
    try:
        send_email(head, joined)
    except Exception as failure:
        wait = min(FIRST_WAIT * 2 ** min(head.attempts, 12), LONGEST_WAIT)
        rows.update(next_attempt_at=now + wait, last_error=f"{type(failure).__name__}: {failure}"[:300])
        return 0
    # A link that opens an account or an incident: once sent, it is kept by nobody but the person.
    is_secret = head.topic in (Topic.INVITATION, Topic.WORK_ORDER) and head.recipient_id is None
    forgotten = {"body": ""} if is_secret else {}
    return rows.update(sent_at=now, next_attempt_at=None, last_error="", **forgotten)
