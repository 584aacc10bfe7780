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

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="outbox_waits_or_is_sent",
                condition=Q(sent_at__isnull=False, next_attempt_at__isnull=True) | Q(sent_at__isnull=True),
                violation_error_message="Un message envoyé n'attend plus d'essai.",
            )
        ]
        indexes = [
            # deliver_outbox(): the unsent rows whose turn has come, oldest first.
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(sent_at__isnull=True),
                name="outbox_waiting",
            ),
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


class Heartbeat(models.Model):
    """The last time a process said it was alive: `/healthz` reads it, lateness is measured from here."""

    name = models.SlugField(primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
