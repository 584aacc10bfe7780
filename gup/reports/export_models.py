"""An archive that was asked for: how far it is, where it lies, until when."""

from django.db import models
from django.db.models import Q

from gup.conventions.models import Convention
from gup.partners.models import User
from gup.reports.enums import ExportStatus


class ConventionExport(models.Model):
    """One archive of one convention. It is built by the worker, downloaded by who asked and the DSU, then forgotten."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="exports")
    with_contacts = models.BooleanField("avec noms et contacts", default=False)
    status = models.CharField("état", max_length=10, choices=ExportStatus, default=ExportStatus.REQUESTED)
    requested_at = models.DateTimeField("demandé le")
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    # When the last attempt gave a sign of life: one that was killed is taken up again after a while.
    seen_at = models.DateTimeField("vu vivant le", null=True, blank=True)
    rows_total = models.PositiveBigIntegerField("lignes à écrire", default=0)
    rows_done = models.PositiveBigIntegerField("lignes écrites", default=0)
    ready_at = models.DateTimeField("prêt le", null=True, blank=True)
    file = models.CharField("fichier", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("octets", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "with_contacts"],
                condition=Q(status__in=[ExportStatus.REQUESTED, ExportStatus.BUILDING]),
                name="one_export_under_way",
                violation_error_message="Cet export est déjà en cours.",
            ),
            models.CheckConstraint(
                name="ready_export_has_its_file",
                condition=~Q(status=ExportStatus.READY) | (Q(ready_at__isnull=False) & ~Q(file="") & ~Q(sha256="")),
                violation_error_message="Un export prêt a son fichier, son empreinte et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} · {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        """How much of it is written; 99 until it is ready."""
        return min(99, self.rows_done * 100 // max(self.rows_total, 1))
