"""Which residences an association speaks for, and since when: all its people see those, and no others."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from gup.places.models import Residence


class MandateQuerySet(models.QuerySet["Mandate"]):
    def on(self, day: date) -> "MandateQuerySet":
        """The mandates in force on a local day."""
        return self.filter(Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day)))


class Mandate(models.Model):
    """An association is mandated for a residence on [since, until)."""

    association = models.ForeignKey("partners.Organisation", models.CASCADE, related_name="mandates")
    residence = models.ForeignKey(Residence, models.CASCADE, related_name="mandates")
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au (exclu)", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["residence__name", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "residence"],
                condition=Q(until__isnull=True),
                name="one_open_mandate_per_residence",
                violation_error_message="L'association a déjà un mandat sans fin pour cette résidence.",
            ),
            models.UniqueConstraint(
                fields=["association", "residence", "since"],
                name="mandate_starts_once",
                violation_error_message="Un mandat pour cette résidence commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                name="mandate_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                violation_error_message="Le mandat se termine après son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.association} · {self.residence}"
