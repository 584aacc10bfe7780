from django.db import models


class Proof(models.TextChoices):
    """What shows that a passage took place. Without one it is told, and proves nothing."""

    QR = "qr", "QR code du lieu"
    PHOTO = "photo", "Photo"
    SHEET = "sheet", "Feuille signée"


class EvidenceType(models.TextChoices):
    """What a kept file is, by its content and not by its name."""

    PHOTO = "image/jpeg", "Photo"
    PDF = "application/pdf", "PDF"
