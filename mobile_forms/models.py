"""How often the public forms were used, so that one visitor cannot flood a residence."""

from django.db import models


class FormUse(models.Model):
    """One sending. The address is kept as a salted hash, for an hour's counting only."""

    code = models.CharField(max_length=32)
    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # is_flooding(): the last hour of one code, and of one address.
            models.Index(fields=["code", "at"], name="form_use_by_code"),
            models.Index(fields=["address_hash", "at"], name="form_use_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.at:%Y-%m-%d %H:%M}"
