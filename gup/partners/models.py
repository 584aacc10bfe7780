"""Organisations, users (e-mail as login), memberships with their scope, and who manages which residence."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gup.partners.audit_models import AuditEntry
from gup.partners.device_models import Device, EnrolmentCode
from gup.partners.enums import OrganisationKind, Role
from gup.partners.invitation_models import Invitation
from gup.partners.mandate_models import Mandate
from gup.places.models import Residence

__all__ = [
    "AuditEntry",
    "Device",
    "EnrolmentCode",
    "Invitation",
    "Management",
    "Mandate",
    "Membership",
    "Organisation",
    "User",
]


class Organisation(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField("nom", max_length=160)
    kind = models.CharField("nature", max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    # The bailleur's on-call number (astreinte), shown before any form when somebody is in danger.
    on_call_phone = models.CharField("téléphone d'astreinte", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    is_demonstration = models.BooleanField("donnée de démonstration", default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=Q(kind__in=OrganisationKind.values),
                violation_error_message="Nature d'organisation inconnue.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The acronym that people say, where the name gives one in brackets: "… (SIMAR)" is "SIMAR"."""
        _, _, bracketed = self.name.rpartition("(")
        acronym = bracketed.removesuffix(")")
        return acronym if acronym.isupper() else self.name.partition(" (")[0]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, full_name: str = "") -> "User":
        """A person who can log in; without a password the account waits for an invitation.

        Raises ValueError when the e-mail is empty.
        """
        if not email:
            raise ValueError("Une adresse e-mail est nécessaire.")
        user = self.model(email=self.normalize_email(email).lower(), full_name=full_name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person of a partner. Rights come from memberships alone: there is no superuser."""

    email = models.EmailField("adresse e-mail", unique=True)
    full_name = models.CharField("nom", max_length=120, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    is_demonstration = models.BooleanField("donnée de démonstration", default=False)
    # Up to when she has read what changed in her places; empty: she has not said so yet.
    changes_seen_at = models.DateTimeField("changements lus jusqu'au", null=True, blank=True)
    date_joined = models.DateTimeField("créé le", auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_case",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.email


class Membership(models.Model):
    """One person, one organisation, one role; `residences` narrows it (an association's mandates, an agent's patch)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role)
    residences = models.ManyToManyField(Residence, blank=True, related_name="memberships")
    is_active = models.BooleanField("en cours", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once",
                violation_error_message="Cette personne a déjà ce rôle dans l'organisation.",
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=Q(role__in=Role.values),
                violation_error_message="Rôle inconnu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class ManagementQuerySet(models.QuerySet["Management"]):
    def on(self, day: date) -> "ManagementQuerySet":
        """The managements in force on a local day."""
        return self.filter(Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day)))


class Management(models.Model):
    """A bailleur manages a residence on [since, until): residences do change hands."""

    residence = models.ForeignKey(Residence, models.CASCADE, related_name="managements")
    bailleur = models.ForeignKey(Organisation, models.PROTECT, related_name="managements")
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au (exclu)", null=True, blank=True)

    objects = ManagementQuerySet.as_manager()

    class Meta:
        ordering = ["residence_id", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["residence"],
                condition=Q(until__isnull=True),
                name="one_current_bailleur_per_residence",
                violation_error_message="Cette résidence a déjà un bailleur en place.",
            ),
            models.UniqueConstraint(
                fields=["residence", "since"],
                name="management_starts_once",
                violation_error_message="Une gestion de cette résidence commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                name="management_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                violation_error_message="La gestion se termine après son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.residence} · {self.bailleur}"
