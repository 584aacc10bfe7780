"""What was blackened on a photo: who, when, where on the picture, and the former files until they are erased."""

from django.db import models
from django.db.models import Q

from gup.partners.models import User


class Redaction(models.Model):
    """One blackening of one photo. The former files are named here until storage has erased them."""

    photo = models.ForeignKey("incidents.Photo", models.CASCADE, related_name="redactions")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("le")
    # Left, top, width, height of each box, in percent of the picture: what was hidden can be discussed, not seen.
    boxes = models.JSONField("cadres")
    former_display = models.CharField(max_length=200)
    former_thumbnail = models.CharField(max_length=200)
    erased_at = models.DateTimeField("ancien fichier effacé le", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="redaction_erases_after_it_hides",
                condition=Q(erased_at__isnull=True) | Q(erased_at__gte=models.F("at")),
                violation_error_message="L'ancien fichier s'efface après le masquage.",
            )
        ]
        indexes = [
            # erase_redacted(): the former files that a process which died has left behind.
            models.Index(fields=["id"], condition=Q(erased_at__isnull=True), name="redaction_to_erase"),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} · {self.at:%Y-%m-%d %H:%M}"
