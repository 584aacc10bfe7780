"""Cyclone alerts: the DSU's one decision that suspends the clocks of a perimeter, and ends once."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from gup.partners.models import User
from gup.places.models import Perimeter


class CycloneAlert(models.Model):
    """[started_at, ended_at), open until it is ended; for a perimeter, or for the whole commune where there is none.

    When it was recorded is kept beside when it held: a report rebuilt as of a day knows only what was known that day.
    """

    perimeter = models.ForeignKey(
        Perimeter, models.PROTECT, null=True, blank=True, related_name="alerts", verbose_name="périmètre"
    )
    reason = models.CharField("motif", max_length=300)
    started_at = models.DateTimeField("depuis")
    declared_at = models.DateTimeField("déclarée le")
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("jusqu'à", null=True, blank=True)
    end_declared_at = models.DateTimeField("fin déclarée le", null=True, blank=True)
    end_declared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("perimeter", Value(0)),
                condition=Q(ended_at__isnull=True),
                name="one_open_alert_per_perimeter",
                violation_error_message="Une vigilance est déjà en cours sur ce périmètre.",
            ),
            models.CheckConstraint(
                name="alert_ends_after_it_begins",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                violation_error_message="Une vigilance se termine après son début.",
            ),
            models.CheckConstraint(
                name="alert_end_is_whole",
                condition=Q(ended_at__isnull=True, end_declared_at__isnull=True, end_declared_by__isnull=True)
                | Q(ended_at__isnull=False, end_declared_at__isnull=False, end_declared_by__isnull=False),
                violation_error_message="La fin d'une vigilance a une heure, un auteur et une date d'enregistrement.",
            ),
            models.CheckConstraint(
                name="alert_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Dites pourquoi la vigilance est déclarée.",
            ),
        ]

    def __str__(self) -> str:
        return f"vigilance cyclonique · {self.place}"

    @property
    def place(self) -> str:
        return self.perimeter.name if self.perimeter else "toute la commune"
