"""What was done of a convention's promises. A record is never changed: a later one corrects it, and says why."""

import uuid

from django.db import models
from django.db.models import F, Q

from gup.conventions.models import Commitment
from gup.inspections.enums import EvidenceType, Proof
from gup.inspections.visibility import PlacedQuerySet, PromisedQuerySet
from gup.partners.models import Organisation, User
from gup.places.models import QrCode, Residence, Spot

__all__ = ["Milestone", "Passage", "Walk"]


class Record(models.Model):
    """What every record says: the promise, who wrote it and when, its file, and the record that it corrects."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    recorded_at = models.DateTimeField("enregistré le")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    note = models.CharField("observations", max_length=1000, blank=True)
    evidence = models.CharField("fichier", max_length=200, blank=True)
    evidence_type = models.CharField("nature du fichier", max_length=20, choices=EvidenceType, blank=True)
    evidence_sha256 = models.CharField("empreinte du fichier reçu", max_length=64, blank=True)
    reason = models.CharField("motif de la correction", max_length=300, blank=True)
    # It takes the former record back and puts nothing in its place.
    is_withdrawal = models.BooleanField("retrait", default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_correction_has_a_reason",
                condition=Q(corrects__isnull=True, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                violation_error_message="Une correction dit ce qu'elle corrige, et pourquoi.",
            ),
            models.CheckConstraint(
                name="%(class)s_withdrawal_corrects",
                condition=Q(is_withdrawal=False) | Q(corrects__isnull=False),
                violation_error_message="Un retrait dit quel enregistrement il retire.",
            ),
            models.CheckConstraint(
                name="%(class)s_file_is_known",
                condition=Q(evidence="", evidence_type="")
                | (~Q(evidence="") & Q(evidence_type__in=EvidenceType.values)),
                violation_error_message="Un fichier est une photo ou un PDF.",
            ),
        ]


class Passage(Record):
    """Somebody came and did what a `recurrence` promises, in a residence, perhaps at one spot of it."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="passages")
    residence = models.ForeignKey(Residence, models.PROTECT, related_name="passages")
    spot = models.ForeignKey(Spot, models.PROTECT, null=True, blank=True, related_name="passages")
    at = models.DateTimeField("passage le")
    proof = models.CharField("preuve", max_length=10, choices=Proof, blank=True)
    qr_code = models.ForeignKey(QrCode, models.PROTECT, null=True, blank=True, related_name="passages")
    # The minute of a scan: two scans of one code within it are one passage.
    scanned_minute = models.DateTimeField("minute du scan", null=True, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")

    objects = PlacedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="passage_recorded_after_it_took_place",
                condition=Q(recorded_at__gte=F("at")),
                violation_error_message="Un passage est enregistré après avoir eu lieu.",
            ),
            models.CheckConstraint(
                name="passage_proof_is_there",
                condition=Q(proof="")
                | Q(proof=Proof.QR, spot__isnull=False, qr_code__isnull=False, scanned_minute__isnull=False)
                | (Q(proof__in=[Proof.PHOTO, Proof.SHEET]) & ~Q(evidence="")),
                violation_error_message="Une preuve est un QR code scanné sur place, une photo ou une feuille signée.",
            ),
            models.UniqueConstraint(
                fields=["commitment", "spot", "scanned_minute"],
                condition=Q(scanned_minute__isnull=False, corrects__isnull=True),
                name="one_scan_a_minute",
                violation_error_message="Ce passage est déjà enregistré.",
            ),
        ]
        indexes = [
            # recurrence.lines(): the passages of a month's commitments, by when they took place.
            models.Index(fields=["commitment", "at"], name="passage_commitment_at"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment} · {self.residence} · {self.at:%Y-%m-%d %H:%M}"


class Walk(Record):
    """A "visite" or "diagnostic en marchant": several partners walk a residence and give it a score on one grid."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="walks")
    residence = models.ForeignKey(Residence, models.PROTECT, related_name="walks")
    walked_on = models.DateField("visite le")
    # As the convention had them that day: an amendment changes neither.
    grid = models.CharField("grille", max_length=160)
    scale = models.CharField("échelle", max_length=20)
    score = models.CharField("note", max_length=20)
    walker = models.CharField("menée par", max_length=160)
    participants = models.CharField("avec", max_length=300, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")

    objects = PlacedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ["-walked_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="walk_is_scored",
                condition=~Q(grid="") & ~Q(scale="") & ~Q(score=""),
                violation_error_message="Une visite a une grille, une échelle et une note.",
            ),
        ]
        indexes = [
            # quality.lines(): the year's walks of a month's commitments.
            models.Index(fields=["commitment", "walked_on"], name="walk_commitment_on"),
        ]

    def __str__(self) -> str:
        return f"{self.grid} · {self.residence} · {self.walked_on} · {self.score}"


class Milestone(Record):
    """A promised action that was done, on a day, with what shows it."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="milestones")
    done_on = models.DateField("faite le")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")

    objects = PromisedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="milestone_is_shown",
                condition=Q(is_withdrawal=True) | ~Q(evidence="", note=""),
                violation_error_message="Une action faite se prouve : un fichier, ou des mots.",
            ),
            # What follows corrects it: an action is done once.
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(corrects__isnull=True),
                name="milestone_done_once",
                violation_error_message="Cette action est déjà enregistrée : corrigez cet enregistrement.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment} · {self.done_on}"
