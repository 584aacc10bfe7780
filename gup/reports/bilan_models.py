"""The bilan of a year, or of its first half: what the committees vote on."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from gup.conventions.models import Convention
from gup.partners.models import User
from gup.reports.enums import BilanKind, ReportStatus
from gup.reports.visibility import ReportQuerySet


class Bilan(models.Model):
    """It sums the published months of its period; what is not published is said to be missing, never guessed."""

    convention = models.ForeignKey(Convention, models.PROTECT, null=True, blank=True, related_name="bilans")
    kind = models.CharField("nature", max_length=10, choices=BilanKind)
    year = models.PositiveSmallIntegerField("année")
    status = models.CharField("état", max_length=10, choices=ReportStatus, default=ReportStatus.REQUESTED)
    requested_at = models.DateTimeField("demandé le")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    built_at = models.DateTimeField("construit le", null=True, blank=True)
    commentary = models.TextField("commentaire du DSU", max_length=8000, blank=True)
    # By the name of the objective: why its result is what it is.
    comments = models.JSONField("commentaires par objectif", default=dict, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    figures = models.JSONField("chiffres", null=True, blank=True)
    figures_sha256 = models.CharField("empreinte des chiffres", max_length=64, blank=True)
    pdf = models.CharField("PDF", max_length=200, blank=True)
    pdf_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True)

    # Who reads the monthly reports of a convention reads its bilans: the same columns decide.
    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "kind", "convention_id"]
        constraints = [
            models.UniqueConstraint(
                "year",
                "kind",
                Coalesce("convention", Value(0)),
                name="one_bilan_per_convention_and_period",
                violation_error_message="Ce bilan existe déjà.",
            ),
            models.CheckConstraint(
                name="bilan_kind_known",
                condition=Q(kind__in=BilanKind.values),
                violation_error_message="Nature de bilan inconnue.",
            ),
            models.CheckConstraint(
                name="published_bilan_is_whole",
                condition=~Q(status=ReportStatus.PUBLISHED)
                | (Q(published_at__isnull=False) & ~Q(pdf="") & ~Q(figures_sha256="")),
                violation_error_message="Un bilan publié a ses chiffres, son fichier et sa date.",
            ),
            models.CheckConstraint(
                name="bilan_published_after_built",
                condition=Q(published_at__isnull=True) | Q(built_at__isnull=False, published_at__gte=F("built_at")),
                violation_error_message="Un bilan est publié après avoir été construit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} · {self.convention or 'Toute la commune'}"
