"""A letter that opens an account: one link, used once, of which only the hash is kept."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gup.partners.enums import Role
from gup.places.models import Residence


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; it may be too old."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self, at: datetime) -> "InvitationQuerySet":
        return self.open().filter(expires_at__gt=at)


class Invitation(models.Model):
    """One address, asked into one organisation with one role; an agent's `residences` are her patch to come."""

    email = models.EmailField("adresse e-mail")
    organisation = models.ForeignKey("partners.Organisation", models.PROTECT, related_name="invitations")
    role = models.CharField("rôle", max_length=20, choices=Role)
    residences = models.ManyToManyField(Residence, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("faite le")
    made_by = models.ForeignKey("partners.User", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField("expire le")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_per_address",
                violation_error_message="Une invitation attend déjà à cette adresse.",
            ),
            models.CheckConstraint(
                name="invitation_expires_later",
                condition=Q(expires_at__gt=F("made_at")),
                violation_error_message="Une invitation expire après avoir été faite.",
            ),
            models.CheckConstraint(
                name="invitation_ends_once",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                violation_error_message="Une invitation acceptée ne s'annule plus.",
            ),
            models.CheckConstraint(
                name="invitation_role_known",
                condition=Q(role__in=Role.values),
                violation_error_message="Rôle inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()} · {self.organisation}"
