"""The link under each letter that stops its like (RFC 8058): one press, without a login."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from gup.notifications.enums import Delivery, Topic
from gup.notifications.models import OutboxMessage, Preference
from gup.notifications.topics import who_must_hear
from gup.partners.models import User

_SALT = "gup.notifications.unsubscribing"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a link speaks of: a person and a topic, or an address that has no account."""

    user: User | None
    topic: Topic
    address: str


def unsubscribe_link(message: OutboxMessage) -> str:
    """The whole address that stops messages like this one for its reader."""
    token = signing.dumps([message.recipient_id, message.topic, message.address], salt=_SALT, compress=True)
    return f"{settings.GUP_BASE_URL}{reverse('unsubscribe', kwargs={'token': token})}"


def reader_of(token: str) -> Reader | None:
    """None for what we never signed, and for a person whose account is gone."""
    try:
        pk, topic, address = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = None if pk is None else User.objects.filter(pk=pk).first()
    return None if pk is not None and user is None else Reader(user, Topic(topic), address)


def stop(user: User, topic: Topic) -> bool:
    """Send this person nothing of the topic any more; False when her role must hear it: then nothing changes."""
    if who_must_hear(topic, [user.pk]):
        return False
    choose(user, topic, Delivery.MUTED)
    return True


def choose(user: User, topic: Topic, delivery: Delivery) -> None:
    Preference.objects.update_or_create(user=user, topic=topic, defaults={"delivery": delivery})
