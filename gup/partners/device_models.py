"""The phones of the field app, and the one-time codes that enrol them. Of each secret, only the hash is kept."""

from django.db import models
from django.db.models import F, Q


class EnrolmentCode(models.Model):
    """Shown once at the desk, typed or scanned once on a phone."""

    user = models.ForeignKey("partners.User", models.CASCADE, related_name="enrolment_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("fait le")
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enrolment_code_expires_later",
                condition=Q(expires_at__gt=F("made_at")),
                violation_error_message="Un code expire après avoir été fait.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.made_at:%d/%m/%Y %H:%M}"


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_service(self) -> "DeviceQuerySet":
        return self.filter(revoked_at__isnull=True)


class Device(models.Model):
    """A phone that speaks for one person, to the field API only, until it is revoked."""

    user = models.ForeignKey("partners.User", models.CASCADE, related_name="devices")
    name = models.CharField("nom", max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField("associé le")
    last_seen_at = models.DateTimeField("vu le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revoked_by = models.ForeignKey("partners.User", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="device_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Donnez un nom à l'appareil.",
            ),
            models.CheckConstraint(
                name="device_revoked_after_enrolled",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("enrolled_at")),
                violation_error_message="Un appareil est révoqué après avoir été associé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.user_id}"
