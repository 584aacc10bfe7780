from django.db import models


class Topic(models.TextChoices):
    """What a message is about; a person may mute a topic unless the role must hear it."""

    RECEIPT = "receipt", "Accusé de réception"
    OPENED = "opened", "Nouvel incident"
    PROGRESS = "progress", "Avancement"
    RESOLVED = "resolved", "Réparation annoncée"
    CONTESTED = "contested", "Réparation contestée"
    ESCALATION = "escalation", "Escalade"
    TRANSFER = "transfer", "Transmission"
    REPORT = "report", "Rapport mensuel"
    WORK_ORDER = "work_order", "Intervention d'une entreprise"
    INVITATION = "invitation", "Invitation"
    OPERATIONS = "operations", "Exploitation"


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", "Tout de suite"
    DIGEST = "digest", "Une fois par jour"
    MUTED = "muted", "Jamais"
