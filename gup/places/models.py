"""Perimeter > Quartier > Residence > Spot, as the town's framework convention of 2007 draws them."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from gup.places.enums import SpotKind
from gup.places.tokens import random_token

# Martinique, its islets included.
SOUTH, NORTH, WEST, EAST = Decimal("14.3"), Decimal("15.0"), Decimal("-61.3"), Decimal("-60.7")


class Perimeter(models.Model):
    """One of the three perimeters of the framework convention: GUP, rénovation urbaine, intégration."""

    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Quartier(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=80)
    perimeter = models.ForeignKey(Perimeter, models.PROTECT, related_name="quartiers")
    sector = models.CharField("secteur", max_length=80, blank=True)
    was_zus = models.BooleanField("ancienne zone urbaine sensible", default=False)

    class Meta:
        ordering = ["perimeter_id", "name"]

    def __str__(self) -> str:
        return self.name


class Residence(models.Model):
    """A social-housing estate. Which bailleur manages it, and since when, is `partners.Management`."""

    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=120)
    quartier = models.ForeignKey(Quartier, models.PROTECT, related_name="residences")
    dwellings = models.PositiveIntegerField("logements", null=True, blank=True, validators=[MinValueValidator(1)])
    is_demonstration = models.BooleanField("donnée de démonstration", default=False)
    source = models.CharField("source", max_length=200, blank=True)
    # Unknown until somebody writes it: a map then says so. That of a demonstration residence is approximate.
    latitude = models.DecimalField("latitude", max_digits=7, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="residence_is_in_martinique",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=SOUTH,
                    latitude__lte=NORTH,
                    longitude__gte=WEST,
                    longitude__lte=EAST,
                ),
                violation_error_message="La position a deux nombres, en Martinique (14,3 à 15,0 ; -61,3 à -60,7).",
            ),
            models.CheckConstraint(
                name="residence_has_dwellings_or_unknown",
                condition=Q(dwellings__isnull=True) | Q(dwellings__gte=1),
                violation_error_message="Le nombre de logements est au moins 1, ou inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Spot(models.Model):
    """A place inside a residence: a building, an entrance, a lift, the bins."""

    residence = models.ForeignKey(Residence, models.CASCADE, related_name="spots")
    kind = models.CharField("nature", max_length=20, choices=SpotKind)
    name = models.CharField("nom", max_length=80)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")

    class Meta:
        ordering = ["residence_id", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["residence", "name"],
                name="spot_name_unique_in_residence",
                violation_error_message="Ce lieu existe déjà dans la résidence.",
            ),
            models.CheckConstraint(
                name="spot_kind_known",
                condition=Q(kind__in=SpotKind.values),
                violation_error_message="Nature de lieu inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QrCode(models.Model):
    """The code on a poster: a random token, never a sequence, that can be revoked when a poster is misused."""

    code = models.CharField(max_length=32, unique=True, default=random_token)
    residence = models.ForeignKey(Residence, models.CASCADE, related_name="qr_codes")
    spot = models.ForeignKey(Spot, models.CASCADE, null=True, blank=True, related_name="qr_codes")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["spot"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_code_per_spot",
                violation_error_message="Ce lieu a déjà un code en service.",
            ),
            models.UniqueConstraint(
                fields=["residence"],
                condition=Q(revoked_at__isnull=True, spot__isnull=True),
                name="one_live_code_per_residence",
                violation_error_message="Cette résidence a déjà un code en service.",
            ),
        ]

    def __str__(self) -> str:
        return self.code
