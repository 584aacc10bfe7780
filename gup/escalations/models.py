"""One row a clock and level: the row itself is the promise that a level fires at most once."""

from django.db import models
from django.db.models import Q

from gup.conventions.enums import Audience
from gup.incidents.models import Clock, Incident


class Escalation(models.Model):
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalations")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField("niveau")
    audience = models.CharField("destinataires", max_length=20, choices=Audience)
    reached_at = models.DateTimeField("atteint le")
    fired_at = models.DateTimeField("enregistré le")
    # After an outage only the highest level speaks; the lower ones are kept, and say so.
    is_superseded = models.BooleanField("dépassé par un niveau plus haut", default=False)

    class Meta:
        ordering = ["-fired_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "level"],
                name="escalation_once_per_level",
                violation_error_message="Ce niveau a déjà été atteint par ce délai.",
            ),
            models.CheckConstraint(
                name="escalation_row_level_from_one",
                condition=Q(level__gte=1),
                violation_error_message="Les niveaux d'escalade commencent à 1.",
            ),
        ]
        indexes = [
            # The month's escalations for the report.
            models.Index(fields=["fired_at"], name="escalation_fired"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} · niveau {self.level}"
