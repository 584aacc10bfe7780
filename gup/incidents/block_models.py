"""Whom the public pages no longer hear: an address of the network, or an e-mail, for a time and for a reason."""

from django.db import models
from django.db.models import F, Q

from gup.partners.models import User


class BlockKind(models.TextChoices):
    NETWORK = "network", "Adresse ou réseau IP"
    EMAIL = "email", "E-mail"


class Block(models.Model):
    """In force from `made_at` to `until`, or until it is lifted. `value` is as `blocking` writes it."""

    kind = models.CharField("nature", max_length=10, choices=BlockKind)
    value = models.CharField("valeur", max_length=254)
    reason = models.CharField("motif", max_length=300)
    made_at = models.DateTimeField("décidé le")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    until = models.DateTimeField("jusqu'au")
    lifted_at = models.DateTimeField("levé le", null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(lifted_at__isnull=True),
                name="one_block_in_force",
                violation_error_message="Cette adresse est déjà bloquée : levez d'abord ce blocage.",
            ),
            models.CheckConstraint(
                name="block_kind_known",
                condition=Q(kind__in=BlockKind.values),
                violation_error_message="Nature de blocage inconnue.",
            ),
            models.CheckConstraint(
                name="block_has_a_reason",
                condition=~Q(reason="") & ~Q(value=""),
                violation_error_message="Un blocage dit qui, et pourquoi.",
            ),
            models.CheckConstraint(
                name="block_ends_after_it_begins",
                condition=Q(until__gt=F("made_at")),
                violation_error_message="Un blocage se termine après son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.value
