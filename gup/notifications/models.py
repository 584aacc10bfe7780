"""The outbox, each person's preferences, and the heartbeats that tell an operator the machinery is alive."""

from django.db import models
from django.db.models import Q

from gup.notifications.enums import Delivery, Topic
from gup.partners.models import User


class OutboxMessage(models.Model):
    """A message that the domain owes somebody, stored in the transaction that made it owed.

    `key` names the reason: the same reason never makes a second row. Sent at least once, under a stable Message-ID.
    """

    key = models.CharField(max_length=160, unique=True)
    topic = models.CharField(max_length=20, choices=Topic)
    recipient = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="messages")
    address = models.EmailField("adresse")
    subject = models.CharField("objet", max_length=160)
    body = models.TextField("texte")
    created_at = models.DateTimeField("créé le")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_attempt_at = models.DateTimeField("prochain essai", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    # The letter that carried it, where several to one person left together.
    joined_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="joined")
    # Leaves by itself and whatever the hour: what is dangerous, what somebody waits for.
    is_urgent = models.BooleanField("urgent", default=False)
    # An administrator decided that it will never leave.
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="outbox_waits_or_is_sent",
                condition=Q(sent_at__isnull=False, next_attempt_at__isnull=True) | Q(sent_at__isnull=True),
                violation_error_message="Un message envoyé n'attend plus d'essai.",
            ),
            models.CheckConstraint(
                name="outbox_given_up_waits_no_more",
                condition=Q(given_up_at__isnull=True) | Q(sent_at__isnull=True, next_attempt_at__isnull=True),
                violation_error_message="Un message abandonné n'attend plus d'essai.",
            ),
        ]
        indexes = [
            # deliver_outbox(): the unsent rows whose turn has come, oldest first.
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(sent_at__isnull=True),
                name="outbox_waiting",
            ),
            # notify(): what else one person was owed in the last minutes.
            models.Index(fields=["recipient", "created_at"], name="outbox_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.key


class Preference(models.Model):
    """How one person wants to hear of one topic; without a row: at once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="preferences")
    topic = models.CharField("sujet", max_length=20, choices=Topic)
    delivery = models.CharField("envoi", max_length=20, choices=Delivery, default=Delivery.AT_ONCE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                name="preference_once_per_topic",
                violation_error_message="Cette personne a déjà choisi pour ce sujet.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.topic} · {self.delivery}"


class LetterHours(models.Model):
    """When one person wants her letters (hours of Martinique); without a row: at any hour, and the daily one at 7."""

    DIGEST_HOUR = 7

    user = models.OneToOneField(User, models.CASCADE, related_name="letter_hours")
    digest_hour = models.PositiveSmallIntegerField("heure de la lettre du jour", default=DIGEST_HOUR)
    quiet_from = models.PositiveSmallIntegerField("silence à partir de", null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField("silence jusqu'à", null=True, blank=True)
    quiet_sundays = models.BooleanField("silence le dimanche", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="letter_hours_are_hours",
                condition=Q(digest_hour__lte=23)
                & (Q(quiet_from__isnull=True) | Q(quiet_from__lte=23))
                & (Q(quiet_until__isnull=True) | Q(quiet_until__lte=23)),
                violation_error_message="Une heure va de 0 à 23.",
            ),
            models.CheckConstraint(
                name="quiet_hours_begin_and_end",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                violation_error_message="Le silence a un début et une fin, qui diffèrent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.digest_hour} h"


class Heartbeat(models.Model):
    """The last time a process said it was alive: `/healthz` reads it, lateness is measured from here."""

    name = models.SlugField(primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
