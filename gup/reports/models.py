"""A report of one convention (or of the whole commune) for one month, and the verdicts it sealed."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from gup.conventions.models import Convention
from gup.incidents.models import Clock
from gup.partners.models import User
from gup.reports.bilan_models import Bilan
from gup.reports.committee_models import CommitteeSession, Decision
from gup.reports.enums import ReportStatus
from gup.reports.export_models import ConventionExport
from gup.reports.visibility import ReportQuerySet

__all__ = ["Bilan", "CommitteeSession", "ConventionExport", "Decision", "Report", "SealedVerdict"]


class Report(models.Model):
    """`month` is the first day of the month, local to the convention. No convention: the whole commune."""

    convention = models.ForeignKey(Convention, models.PROTECT, null=True, blank=True, related_name="reports")
    month = models.DateField("mois")
    status = models.CharField("état", max_length=10, choices=ReportStatus, default=ReportStatus.REQUESTED)
    requested_at = models.DateTimeField("demandé le")
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    built_at = models.DateTimeField("construit le", null=True, blank=True)
    commentary = models.TextField("commentaire du DSU", max_length=8000, blank=True)
    signatory_commentary = models.TextField("commentaire du signataire", max_length=8000, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # The figures as computed, canonical JSON; the files are renderings of nothing else.
    figures = models.JSONField("chiffres", null=True, blank=True)
    figures_sha256 = models.CharField("empreinte des chiffres", max_length=64, blank=True)
    pdf = models.CharField("PDF", max_length=200, blank=True)
    pdf_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True)
    csv = models.CharField("CSV", max_length=200, blank=True)
    csv_sha256 = models.CharField("empreinte du CSV", max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "convention_id"]
        constraints = [
            models.UniqueConstraint(
                "month",
                Coalesce("convention", Value(0)),
                name="one_report_per_convention_and_month",
                violation_error_message="Le rapport de ce mois existe déjà.",
            ),
            models.CheckConstraint(
                name="report_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                name="published_report_is_whole",
                condition=~Q(status=ReportStatus.PUBLISHED)
                | (Q(published_at__isnull=False) & ~Q(pdf="") & ~Q(csv="") & ~Q(figures_sha256="")),
                violation_error_message="Un rapport publié a ses chiffres, ses fichiers et sa date.",
            ),
            models.CheckConstraint(
                name="report_published_after_built",
                condition=Q(published_at__isnull=True) | Q(built_at__isnull=False, published_at__gte=F("built_at")),
                violation_error_message="Un rapport est publié après avoir été construit.",
            ),
        ]
        indexes = [
            # build_requested(): the reports that wait for the worker.
            models.Index(fields=["id"], condition=Q(status=ReportStatus.REQUESTED), name="report_requested"),
        ]

    def __str__(self) -> str:
        return f"{self.convention or 'Commune'} · {self.month:%Y-%m}"


class SealedVerdict(models.Model):
    """What a published report counted: a later correction never rewrites it (rule 10)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sealed_verdicts")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="sealed_verdicts")
    was_held = models.BooleanField("tenu")
    was_strictly_held = models.BooleanField("tenu sans suspension", null=True)
    was_excused = models.BooleanField("excusé", default=False)
    decided_at = models.DateTimeField("décidé le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "clock"],
                name="verdict_sealed_once_per_report",
                violation_error_message="Ce verdict est déjà scellé dans ce rapport.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} · {self.clock_id}"
