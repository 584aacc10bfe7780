"""Who did and who read what, chained by hash: a line that is changed or missing breaks the chain."""

from django.db import models


class AuditEntry(models.Model):
    """Never updated, never deleted (the database refuses both). `digest` covers the line and the digest before it."""

    at = models.DateTimeField("le")
    actor = models.CharField("qui", max_length=200)
    action = models.CharField("quoi", max_length=40)
    subject = models.CharField("sur quoi", max_length=200)
    address = models.CharField("depuis", max_length=64, blank=True)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "ligne d'audit"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} · {self.actor} · {self.action} · {self.subject}"
