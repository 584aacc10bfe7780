"""The answers already given to creations, so that a network that repeats itself creates once."""

from django.db import models

from gup.partners.models import User


class IdempotentRequest(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField("clé", max_length=200)
    body_sha256 = models.CharField("empreinte de la demande", max_length=64)
    status = models.PositiveSmallIntegerField("état de la réponse")
    answer = models.JSONField("réponse")
    created_at = models.DateTimeField("le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="idempotency_key_once",
                violation_error_message="Cette clé a déjà servi.",
            )
        ]
        indexes = [
            # forget_old(): what is past its 30 days.
            models.Index(fields=["created_at"], name="idempotency_created"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.key}"
