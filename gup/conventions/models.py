"""Conventions, their versions, the commitments signed in them, and the nomenclature they speak in."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from gup.conventions.alert_models import CycloneAlert
from gup.conventions.calendar_models import CalendarException, CalendarRevision, ServiceCalendar
from gup.conventions.enums import (
    Audience,
    BasisChoice,
    CategoryVisibility,
    CommitmentKind,
    EscalationChannel,
    PauseReasonChoice,
    Period,
    Priority,
    StageChoice,
)
from gup.partners.models import Organisation, User
from gup.places.models import Quartier, Residence

__all__ = [
    "CalendarException",
    "CalendarRevision",
    "Category",
    "Commitment",
    "Convention",
    "ConventionVersion",
    "CycloneAlert",
    "EscalationStep",
    "Recalculation",
    "ServiceCalendar",
]


class Category(models.Model):
    """A family (no parent) or a category of the nomenclature: 12 families, 65 categories."""

    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    priority = models.CharField("priorité par défaut", max_length=20, choices=Priority, default=Priority.NORMAL)
    visibility = models.CharField(
        "visibilité", max_length=20, choices=CategoryVisibility, default=CategoryVisibility.PUBLIC
    )
    # Empty: the residence's own bailleur answers.
    default_party = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compétence par défaut"
    )
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="category_priority_known",
                condition=Q(priority__in=Priority.values),
                violation_error_message="Priorité inconnue.",
            ),
            models.CheckConstraint(
                name="category_visibility_known",
                condition=Q(visibility__in=CategoryVisibility.values),
                violation_error_message="Visibilité inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> "Category":
        return self.parent or self


class Convention(models.Model):
    """The agreement that one organisation signed: a bailleur's GUP convention, or the town's annex."""

    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=160)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="conventions")
    timezone = models.CharField("fuseau horaire", max_length=60, default="America/Martinique")
    is_illustrative = models.BooleanField("illustrative", default=False)
    # The town's annex binds several parties and is not reported on alone.
    is_annex = models.BooleanField("annexe de la Ville et des opérateurs", default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def local_day(self, at: datetime) -> date:
        """The day that `at` (UTC) falls on where the convention lives."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def starts(self, day: date) -> datetime:
        """The instant (UTC) at which a local day begins where the convention lives."""
        return datetime.combine(day, time.min, ZoneInfo(self.timezone)).astimezone(UTC)


class ConventionVersionQuerySet(models.QuerySet["ConventionVersion"]):
    def activated(self) -> "ConventionVersionQuerySet":
        """Those that bind, or will from their day on; the others are projects."""
        return self.filter(activated_at__isnull=False)

    def on(self, day: date) -> "ConventionVersionQuerySet":
        """The versions in force on a local day."""
        return self.activated().filter(
            Q(in_force_from__lte=day) & (Q(in_force_until__isnull=True) | Q(in_force_until__gt=day))
        )


class ConventionVersion(models.Model):
    """The convention as amended: number 0 as signed, n after avenant n, in force on [from, until).

    A project until it is activated (gup.conventions.amendments): it binds nobody, and may be replaced.
    """

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("avenant", default=0)
    in_force_from = models.DateField("en vigueur du")
    in_force_until = models.DateField("au (exclu)", null=True, blank=True)
    applies_to_open = models.BooleanField("s'applique aux incidents ouverts", default=False)
    quartiers = models.ManyToManyField(Quartier, related_name="convention_versions")
    philosophy = models.TextField("esprit", blank=True)
    activated_at = models.DateTimeField("activée le", null=True, blank=True)
    activated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConventionVersionQuerySet.as_manager()

    class Meta:
        ordering = ["convention_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"],
                name="convention_version_number_once",
                violation_error_message="Cet avenant existe déjà.",
            ),
            models.CheckConstraint(
                name="convention_version_ends_after_it_begins",
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                violation_error_message="Une version se termine après son entrée en vigueur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} · {self.label}"

    @property
    def label(self) -> str:
        return "version signée" if self.number == 0 else f"avenant n° {self.number}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether the version binds at an instant (UTC), by the local day of its convention."""
        day = self.convention.local_day(at)
        return (
            self.activated_at is not None
            and self.in_force_from <= day
            and (self.in_force_until is None or day < self.in_force_until)
        )

    @property
    def starts_at(self) -> datetime:
        """The instant (UTC) from which the version is in force."""
        return self.convention.starts(self.in_force_from)

    def clean(self) -> None:
        """Refuse two versions of one convention in force on the same day (ValidationError names the other)."""
        if self.activated_at is None:
            return
        last_day = self.in_force_until or date.max
        rivals = (
            ConventionVersion.objects.activated()
            .filter(
                Q(in_force_until__isnull=True) | Q(in_force_until__gt=self.in_force_from),
                convention=self.convention,
                in_force_from__lt=last_day,
            )
            .exclude(pk=self.pk)
        )
        if rival := rivals.first():
            raise ValidationError({"in_force_from": f"Cette période chevauche celle de la {rival.label}."})


class Commitment(models.Model):
    """One engagement de service. Which fields speak depends on `kind`; the database checks it."""

    version = models.ForeignKey(ConventionVersion, models.CASCADE, related_name="commitments")
    kind = models.CharField("nature", max_length=20, choices=CommitmentKind)
    label = models.CharField("libellé", max_length=300)
    note = models.CharField("note", max_length=300, blank=True)
    responsible = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments")
    threshold_percent = models.PositiveSmallIntegerField(
        "seuil de conformité (%)", default=90, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    # What it covers; the most specific commitment wins: residence > category > family > everything, then priority.
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="commitments")
    priority = models.CharField("priorité", max_length=20, choices=Priority, blank=True)
    residence = models.ForeignKey(Residence, models.PROTECT, null=True, blank=True, related_name="commitments")

    # delay and information
    stage = models.CharField("étape", max_length=20, choices=StageChoice, blank=True)
    basis = models.CharField("décompte", max_length=20, choices=BasisChoice, blank=True)
    target = models.PositiveIntegerField("délai (secondes, ou jours)", null=True, blank=True)
    calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, null=True, blank=True, related_name="commitments")
    pausing_reasons = models.JSONField("motifs suspensifs", default=list, blank=True)
    reopening_window_days = models.PositiveSmallIntegerField("délai de réouverture (jours)", default=15)

    # recurrence and availability
    times = models.PositiveSmallIntegerField("passages par période", null=True, blank=True)
    period = models.CharField("période", max_length=10, choices=Period, blank=True)
    proof = models.CharField("preuve", max_length=200, blank=True)
    equipment = models.CharField("équipement", max_length=80, blank=True)
    min_rate = models.DecimalField("taux minimal (%)", max_digits=5, decimal_places=2, null=True, blank=True)

    # quality_level
    grid = models.CharField("grille", max_length=160, blank=True)
    scale = models.CharField("échelle", max_length=20, blank=True)
    threshold_score = models.CharField("note cible", max_length=20, blank=True)
    walks_per_year = models.PositiveSmallIntegerField("visites par an", null=True, blank=True)

    # action_milestone
    due_on = models.DateField("échéance", null=True, blank=True)
    indicator = models.CharField("indicateur", max_length=200, blank=True)

    class Meta:
        ordering = ["version_id", "id"]
        constraints = [
            # "First found" never decides: two equally specific promises for one stage cannot both be written.
            models.UniqueConstraint(
                "version",
                "responsible",
                "stage",
                "priority",
                Coalesce("category", Value(0)),
                Coalesce("residence", Value(0)),
                condition=Q(kind__in=[CommitmentKind.DELAY, CommitmentKind.INFORMATION]),
                name="commitment_most_specific_is_unique",
                violation_error_message="Un engagement aussi précis existe déjà pour cette étape.",
            ),
            models.CheckConstraint(
                name="commitment_delay_is_complete",
                condition=~Q(kind__in=[CommitmentKind.DELAY, CommitmentKind.INFORMATION])
                | (
                    Q(stage__in=StageChoice.values)
                    & Q(basis__in=BasisChoice.values)
                    & Q(target__isnull=False, target__gte=1)
                    & Q(calendar__isnull=False)
                ),
                violation_error_message="Un délai a une étape, un décompte, un calendrier et au moins une unité.",
            ),
            models.CheckConstraint(
                name="commitment_recurrence_is_complete",
                condition=~Q(kind=CommitmentKind.RECURRENCE)
                | Q(times__isnull=False, times__gte=1, period__in=Period.values),
                violation_error_message="Une fréquence a un nombre de passages et une période.",
            ),
            models.CheckConstraint(
                name="commitment_availability_is_complete",
                condition=~Q(kind=CommitmentKind.AVAILABILITY)
                | (Q(min_rate__isnull=False, min_rate__gt=0, min_rate__lte=100) & ~Q(equipment="")),
                violation_error_message="Une disponibilité a un équipement et un taux entre 0 et 100 %.",
            ),
            models.CheckConstraint(
                name="commitment_quality_is_complete",
                condition=~Q(kind=CommitmentKind.QUALITY_LEVEL) | (~Q(grid="") & ~Q(scale="") & ~Q(threshold_score="")),
                violation_error_message="Un niveau de qualité a une grille, une échelle et une note cible.",
            ),
            models.CheckConstraint(
                name="commitment_milestone_is_dated",
                condition=~Q(kind=CommitmentKind.ACTION_MILESTONE) | Q(due_on__isnull=False),
                violation_error_message="Une action a une échéance.",
            ),
            models.CheckConstraint(
                name="commitment_kind_known",
                condition=Q(kind__in=CommitmentKind.values),
                violation_error_message="Nature d'engagement inconnue.",
            ),
            models.CheckConstraint(
                name="commitment_threshold_is_a_percentage",
                condition=Q(threshold_percent__gte=1, threshold_percent__lte=100),
                violation_error_message="Le seuil de conformité va de 1 à 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse a pausing reason that no rule knows (ValidationError names it)."""
        unknown = sorted(set(self.pausing_reasons) - set(PauseReasonChoice.values))
        if unknown:
            raise ValidationError({"pausing_reasons": f"Motif suspensif inconnu : {', '.join(unknown)}."})


class EscalationStep(models.Model):
    """One level of a version's escalation: at a share of the target, or at an offset of open time around due."""

    version = models.ForeignKey(ConventionVersion, models.CASCADE, related_name="escalation_steps")
    level = models.PositiveSmallIntegerField("niveau")
    share_percent = models.PositiveSmallIntegerField("part du délai (%)", null=True, blank=True)
    offset_seconds = models.IntegerField("décalage autour de l'échéance (s)", null=True, blank=True)
    audience = models.CharField("destinataires", max_length=20, choices=Audience)
    channel = models.CharField("canal", max_length=10, choices=EscalationChannel, default=EscalationChannel.EMAIL)

    class Meta:
        ordering = ["version_id", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "level"],
                name="escalation_level_once",
                violation_error_message="Ce niveau d'escalade existe déjà.",
            ),
            models.CheckConstraint(
                name="escalation_share_or_offset",
                condition=Q(share_percent__isnull=False, share_percent__gte=1, offset_seconds__isnull=True)
                | Q(share_percent__isnull=True, offset_seconds__isnull=False),
                violation_error_message="Un niveau se déclenche à une part du délai, ou à un décalage : l'un des deux.",
            ),
            models.CheckConstraint(
                name="escalation_level_from_one",
                condition=Q(level__gte=1),
                violation_error_message="Les niveaux d'escalade commencent à 1.",
            ),
            models.CheckConstraint(
                name="escalation_audience_known",
                condition=Q(audience__in=Audience.values),
                violation_error_message="Un niveau d'escalade a un destinataire.",
            ),
        ]

    def __str__(self) -> str:
        when = f"{self.share_percent} %" if self.share_percent else f"{self.offset_seconds} s"
        return f"niveau {self.level} à {when} · {self.get_audience_display()}"


class Recalculation(models.Model):
    """Clocks to fold again because what governs them changed, not their history: exactly one of three causes.

    Written with the change, read by the worker: verdicts do not wait for it, only what lists are ordered by does.
    """

    version = models.ForeignKey(ConventionVersion, models.CASCADE, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(ServiceCalendar, models.CASCADE, null=True, blank=True, related_name="+")
    alert = models.ForeignKey(CycloneAlert, models.CASCADE, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("demandé le")
    # An amendment moves the clocks of open incidents on its day, not on the day it is activated.
    not_before = models.DateTimeField("pas avant")
    last_incident = models.BigIntegerField("dernier incident traité", default=0)
    incidents = models.PositiveIntegerField("incidents recalculés", default=0)
    done_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="recalculation_has_one_cause",
                condition=Q(version__isnull=False, calendar__isnull=True, alert__isnull=True)
                | Q(version__isnull=True, calendar__isnull=False, alert__isnull=True)
                | Q(version__isnull=True, calendar__isnull=True, alert__isnull=False),
                violation_error_message="Un recalcul a une cause : un avenant, un calendrier ou une vigilance.",
            )
        ]
        indexes = [
            # recalculate_due(): what remains to be done.
            models.Index(fields=["not_before"], condition=Q(done_at__isnull=True), name="recalculation_waiting"),
        ]

    def __str__(self) -> str:
        return f"recalcul {self.pk} · {self.version or self.calendar or self.alert}"
