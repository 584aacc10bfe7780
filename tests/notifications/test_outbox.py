"""What is owed is delivered at least once, and never twice for the same reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from gup.notifications.enums import Delivery, Topic
from gup.notifications.models import OutboxMessage, Preference
from gup.notifications.outbox import consider_sent, deliver_due, notify
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _owe(key: str, *recipients: Any, topic: Topic = Topic.PROGRESS, must_hear: bool = False) -> None:
    notify(
        key=key,
        topic=topic,
        recipients=recipients,
        subject="Objet",
        body="Texte",
        at=timezone.now(),
        must_hear=must_hear,
    )


def test_the_same_reason_owes_one_message() -> None:
    user = UserFactory()
    for _ in range(3):
        _owe("incident:1:2", user)
    assert OutboxMessage.objects.count() == 1


def test_a_message_goes_out_once_under_a_stable_identity() -> None:
    _owe("k", "a@essai.example")
    assert deliver_due(timezone.now()) == 1
    assert deliver_due(timezone.now()) == 0
    (sent,) = mail.outbox
    message = OutboxMessage.objects.get()
    assert sent.extra_headers["Message-ID"] == f"<gup.message.{message.pk}@gup.localhost>"


def test_a_poison_message_waits_longer_each_time_and_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_one(message: OutboxMessage, joined: object) -> None:
        if message.address == "poison@essai.example":
            raise OSError("refusé")

    monkeypatch.setattr("gup.notifications.outbox.send_email", refuse_one)
    _owe("k", "poison@essai.example", "a@essai.example")
    now = timezone.now()
    assert deliver_due(now) == 1
    poison = OutboxMessage.objects.get(sent_at=None)
    waits = []
    for _ in range(4):
        assert poison.next_attempt_at is not None
        now = poison.next_attempt_at
        deliver_due(now)
        poison.refresh_from_db()
        assert poison.next_attempt_at is not None
        waits.append(poison.next_attempt_at - now)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    assert "refusé" in poison.last_error


def test_who_muted_a_topic_hears_only_what_must_be_heard() -> None:
    user = UserFactory()
    Preference.objects.create(user=user, topic=Topic.PROGRESS, delivery=Delivery.MUTED)
    _owe("k", user)
    assert not OutboxMessage.objects.exists()
    _owe("k", user, must_hear=True)
    assert OutboxMessage.objects.count() == 1


def test_news_of_the_past_may_count_as_sent() -> None:
    _owe("k", "a@essai.example")
    assert consider_sent(timezone.now() + timedelta(minutes=1)) == 1
    assert deliver_due(timezone.now() + timedelta(days=1)) == 0
    assert mail.outbox == []
