"""The work that the party in charge gives to a company: one incident, one link, until a date or its withdrawal."""

import uuid
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from gup.partners.models import Organisation, User


class OrderState(StrEnum):
    """Where an order stands; its value is what people read."""

    REVOKED = "retirée"
    DONE = "faite, dit l'entreprise"
    EXPIRED = "lien expiré"
    ACCEPTED = "acceptée"
    OPENED = "lue"
    GIVEN = "envoyée"


class WorkOrder(models.Model):
    """An order given from an incident. The link holds a secret of which only the hash is here."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="work_orders")
    company = models.CharField("entreprise", max_length=120)
    # Erased with the reporter's contacts, some time after the closing.
    email = models.EmailField("adresse e-mail", blank=True)
    request = models.TextField("ce qui est demandé", max_length=2000)
    # Whoever answers for the incident when it is given: once it is another's, the order ends.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="work_orders")
    token_hash = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField("confiée le")
    expires_at = models.DateTimeField("valable jusqu'au")
    opened_at = models.DateTimeField("lue le", null=True, blank=True)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    planned_for = models.DateTimeField("intervention prévue le", null=True, blank=True)
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="work_order_expires_after_it_is_given",
                condition=Q(expires_at__gt=F("given_at")),
                violation_error_message="Une intervention expire après avoir été confiée.",
            ),
            models.CheckConstraint(
                name="work_order_accepted_has_a_day",
                condition=Q(accepted_at__isnull=True) | Q(planned_for__isnull=False),
                violation_error_message="Une intervention acceptée a une date prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.incident_id}"

    def state(self, now: datetime) -> OrderState:
        if self.revoked_at:
            return OrderState.REVOKED
        if self.done_at:
            return OrderState.DONE
        if self.expires_at <= now:
            return OrderState.EXPIRED
        if self.accepted_at:
            return OrderState.ACCEPTED
        return OrderState.OPENED if self.opened_at else OrderState.GIVEN
