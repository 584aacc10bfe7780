"""One verb said to many incidents: what was asked, once, and what became of it."""

import uuid

from django.db import models
from django.db.models import F, Q

from gup.incidents.enums import Verb
from gup.partners.models import User


class Batch(models.Model):
    """Its key is drawn with the form: sent twice, a form is one batch."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.CASCADE, related_name="batches")
    verb = models.CharField("action", max_length=20, choices=Verb)
    asked_at = models.DateTimeField("demandé le")
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    count = models.PositiveIntegerField("incidents", default=0)
    done = models.PositiveIntegerField("enregistrés", default=0)
    # Those that were refused: reference, title, reason in French.
    refused = models.JSONField("refusés", default=list, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="batch_verb_known",
                condition=Q(verb__in=Verb.values),
                violation_error_message="Action inconnue.",
            ),
            models.CheckConstraint(
                name="batch_done_within_count",
                condition=Q(done__lte=F("count")),
                violation_error_message="Un lot n'enregistre pas plus d'incidents qu'il n'en a.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} · {self.count}"
