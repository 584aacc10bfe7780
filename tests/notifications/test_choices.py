"""Each hears of what she chose, when she wants it, in one letter for a burst; and never less than her role must."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gup.incidents.models import Incident
from gup.notifications.enums import Delivery, Topic
from gup.notifications.hours import after_quiet, next_digest
from gup.notifications.models import LetterHours, OutboxMessage, Preference
from gup.notifications.outbox import deliver_due, give_up, notify, withdraw
from gup.notifications.unsubscribing import unsubscribe_link
from gup.partners.models import AuditEntry, User
from tests.factories import IncidentFactory, UserFactory

pytestmark = pytest.mark.django_db
# Noon of a Thursday in Martinique.
NOON = datetime(2026, 9, 10, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def _owe(key: str, who: User | str, at: datetime, *, topic: Topic = Topic.PROGRESS, urgent: bool = False) -> None:
    body = f"Texte {key}.\n\nOuvrir l'incident : http://localhost/incidents/{key}/\n"
    notify(key=key, topic=topic, recipients=[who], subject=f"Objet {key}", body=body, at=at, urgent=urgent)


def test_a_burst_is_one_letter_after_the_first() -> None:
    user = UserFactory(agent=True)
    _owe("a", user, NOON)
    assert deliver_due(NOON) == 1
    for number, key in enumerate("bcd"):
        _owe(key, user, NOON + (number + 1) * MINUTE)
        assert deliver_due(NOON + (number + 1) * MINUTE) == 0
    assert deliver_due(NOON + 5 * MINUTE) == 3
    assert [letter.subject for letter in mail.outbox] == ["Objet a", "GUP : 3 nouvelles"]
    assert all(f"Texte {key}." in mail.outbox[1].body for key in "bcd")
    assert OutboxMessage.objects.filter(sent_at=None).count() == 0
    assert deliver_due(NOON + HOUR) == 0


def test_what_still_waits_is_joined_and_a_letter_on_one_incident_names_it() -> None:
    user = UserFactory(agent=True)
    for number, what in enumerate(("réparation annoncée", "toujours là")):
        notify(
            key=f"k{number}",
            topic=Topic.PROGRESS,
            recipients=[user],
            subject=f"GUP-2026-7K3M9Q : {what}",
            body="Texte.",
            at=NOON + number * MINUTE,
        )
    assert deliver_due(NOON + MINUTE) == 2
    assert [letter.subject for letter in mail.outbox] == ["GUP-2026-7K3M9Q : réparation annoncée, toujours là"]


def test_a_daily_letter_that_waits_delays_nothing_that_is_wanted_at_once() -> None:
    user = UserFactory(agent=True)
    Preference.objects.create(user=user, topic=Topic.PROGRESS, delivery=Delivery.DIGEST)
    _owe("demain", user, NOON)
    _owe("maintenant", user, NOON + MINUTE, topic=Topic.OPENED)
    assert deliver_due(NOON + MINUTE) == 1
    assert [letter.subject for letter in mail.outbox] == ["Objet maintenant"]


def test_what_was_given_up_leaves_with_no_letter_that_it_was_once_in(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory(agent=True)

    def refuse(*_: object) -> None:
        raise OSError("refusé")

    for key in "ab":
        _owe(key, user, NOON)
    with monkeypatch.context() as patched:
        patched.setattr("gup.notifications.outbox.send_email", refuse)
        deliver_due(NOON)
    joined = OutboxMessage.objects.exclude(joined_to=None).get()
    assert give_up(joined, NOON + MINUTE)
    assert deliver_due(NOON + HOUR) == 1
    joined.refresh_from_db()
    assert joined.sent_at is None


def test_a_letter_that_fails_keeps_all_that_it_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory(agent=True)
    Preference.objects.create(user=user, topic=Topic.PROGRESS, delivery=Delivery.DIGEST)
    _owe("a", user, NOON)
    _owe("b", user, NOON + MINUTE)

    def refuse(*_: object) -> None:
        raise OSError("refusé")

    morning = datetime(2026, 9, 11, 11, 0, tzinfo=UTC)
    with monkeypatch.context() as patched:
        patched.setattr("gup.notifications.outbox.send_email", refuse)
        assert deliver_due(morning) == 0
    assert list(OutboxMessage.objects.values_list("attempts", "last_error")) == [(1, "OSError: refusé")] * 2
    assert deliver_due(morning + HOUR) == 2
    assert len(mail.outbox) == 1


def test_a_message_within_another_s_letter_is_not_withdrawn_from_under_it() -> None:
    user = UserFactory(agent=True)
    _owe("side:1:1:", user, NOON)
    _owe("side:1:2:", user, NOON)
    head, joined = OutboxMessage.objects.order_by("id")
    OutboxMessage.objects.filter(pk=joined.pk).update(joined_to=head, attempts=1)
    assert withdraw("side:1:2:") == [user]
    assert OutboxMessage.objects.filter(pk=joined.pk).exists()
    assert withdraw("side:1:1:") == []


def test_once_a_day_at_the_chosen_hour() -> None:
    user = UserFactory(agent=True)
    Preference.objects.create(user=user, topic=Topic.PROGRESS, delivery=Delivery.DIGEST)
    LetterHours.objects.create(user=user, digest_hour=18)
    for key in "abc":
        _owe(key, user, NOON)
    evening = datetime(2026, 9, 10, 22, 0, tzinfo=UTC)
    assert deliver_due(evening - MINUTE) == 0
    assert deliver_due(evening) == 3
    assert len(mail.outbox) == 1


def test_quiet_hours_hold_everything_but_danger() -> None:
    user = UserFactory(agent=True)
    LetterHours.objects.create(user=user, quiet_from=20, quiet_until=7, quiet_sundays=True)
    saturday_night = datetime(2026, 9, 13, 1, 30, tzinfo=UTC)
    _owe("calme", user, saturday_night)
    _owe("danger", user, saturday_night, urgent=True)
    assert deliver_due(saturday_night) == 1
    assert mail.outbox[0].subject == "Objet danger"
    # Sunday is quiet too, and so is the night after it.
    assert deliver_due(datetime(2026, 9, 14, 10, 59, tzinfo=UTC)) == 0
    assert deliver_due(datetime(2026, 9, 14, 11, 0, tzinfo=UTC)) == 1


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    sundays=st.booleans(),
    digest=st.integers(0, 23),
)
def test_quiet_hours_never_move_back_and_always_end(
    at: datetime, start: int, length: int, sundays: bool, digest: int
) -> None:
    hours = LetterHours(quiet_from=start, quiet_until=(start + length) % 24, quiet_sundays=sundays, digest_hour=digest)
    left = after_quiet(at, hours)
    assert at <= left <= at + timedelta(hours=72)
    assert after_quiet(left, hours) == left
    local = timezone.localtime(left)
    assert (local.hour - start) % 24 >= length
    assert not (sundays and local.weekday() == 6)
    daily = next_digest(at, hours)
    assert at <= daily < at + timedelta(days=1)
    assert timezone.localtime(daily).hour == digest


def test_what_a_role_must_hear_is_not_silenced_by_an_old_choice() -> None:
    agent, member = UserFactory(agent=True), UserFactory(association=True)
    for user in (agent, member):
        Preference.objects.create(user=user, topic=Topic.CONTESTED, delivery=Delivery.MUTED)
        _owe(f"k{user.pk}", user, NOON, topic=Topic.CONTESTED)
    assert [message.recipient for message in OutboxMessage.objects.all()] == [agent]


def test_the_page_offers_never_only_where_the_role_may(client: Client) -> None:
    user = UserFactory(agent=True)
    client.force_login(user)
    page = client.get("/mes-messages/").content.decode()
    choices = {
        name: set(re.findall(r'value="(\w+)"', block))
        for name, block in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    }
    assert choices["progress"] == {"at_once", "digest", "muted"}
    assert choices["escalation"] == {"at_once", "digest"}
    assert "receipt" not in choices
    given = {name: "digest" for name in choices if name not in ("digest_hour", "quiet_from", "quiet_until")}
    given |= {"digest_hour": "8", "quiet_from": "20", "quiet_until": "6"}
    assert client.post("/mes-messages/", given | {"escalation": "muted"}).status_code == 400
    half = client.post("/mes-messages/", given | {"quiet_until": ""})
    assert (half.status_code, "Donnez le début et la fin" in half.content.decode()) == (400, True)
    assert not Preference.objects.exists()
    assert client.post("/mes-messages/", given).status_code == 302
    assert Preference.objects.get(user=user, topic="progress").delivery == Delivery.DIGEST
    assert LetterHours.objects.get(user=user).quiet_until == 6


def test_a_letter_is_text_and_html_and_its_link_stops_its_like() -> None:
    user = UserFactory(agent=True)
    _owe("a", user, NOON)
    deliver_due(NOON)
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    (html, kind) = letter.alternatives[0]
    assert kind == "text/html"
    assert '<a href="http://localhost/incidents/a/"' in str(html)
    link = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in letter.body
    path = "/" + link.split("/", 3)[3]
    reader = Client(enforce_csrf_checks=True)
    assert "ne vous sera plus envoyé par e-mail" in reader.get(path).content.decode()
    assert not Preference.objects.exists()
    assert "ne vous sera plus envoyé" in reader.post(path).content.decode()
    assert Preference.objects.get(user=user).delivery == Delivery.MUTED
    assert reader.get(path[:-3] + "xx/").status_code == 404


def test_the_link_of_what_must_be_heard_says_so_and_changes_nothing() -> None:
    user = UserFactory(agent=True)
    _owe("a", user, NOON, topic=Topic.ESCALATION)
    path = "/" + unsubscribe_link(OutboxMessage.objects.get()).split("/", 3)[3]
    assert "Votre rôle doit être averti" in Client().post(path).content.decode()
    assert not Preference.objects.exists()


def test_an_address_without_account_is_erased_by_its_link() -> None:
    incident = IncidentFactory(reporter_email="habitant@essai.example")
    message = OutboxMessage.objects.get(topic=Topic.RECEIPT)
    path = "/" + unsubscribe_link(message).split("/", 3)[3]
    assert "Votre adresse sera effacée" in Client().get(path).content.decode()
    assert "votre adresse est effacée" in Client().post(path).content.decode()
    assert Incident.objects.get(pk=incident.pk).reporter_email == ""


@time_machine.travel(NOON, tick=False)
def test_an_administrator_sees_what_fails_sends_it_again_or_gives_it_up(client: Client) -> None:
    client.force_login(UserFactory(administrator=True))
    _owe("a", "poison@essai.example", NOON)
    _owe("b", "autre@essai.example", NOON)
    OutboxMessage.objects.update(attempts=3, last_error="OSError: refusé", next_attempt_at=NOON + HOUR)
    page = client.get("/administration/courrier/").content.decode()
    assert "OSError: refusé" in page
    poison, other = OutboxMessage.objects.order_by("id")
    assert client.post(f"/administration/courrier/{other.pk}/repartir/").status_code == 302
    assert deliver_due(NOON) == 1
    silent = client.post(f"/administration/courrier/{poison.pk}/abandonner/", {"reason": " "})
    assert (silent.status_code, "dites pourquoi" in silent.content.decode()) == (400, True)
    client.post(f"/administration/courrier/{poison.pk}/abandonner/", {"reason": "Adresse morte."})
    assert deliver_due(NOON + timedelta(days=2)) == 0
    assert "Adresse morte." in AuditEntry.objects.get(action="message abandonné").subject
    assert "Abandonnés" in client.get("/administration/courrier/").content.decode()


def test_owing_to_twenty_asks_as_much_as_to_two() -> None:
    counts = []
    for size in (2, 20):
        people = [UserFactory() for _ in range(size)]
        with CaptureQueriesContext(connection) as asked:
            notify(key=f"k{size}", topic=Topic.PROGRESS, recipients=people, subject="O", body="T", at=NOON)
        counts.append(len(asked))
    assert counts[0] == counts[1]
