from django.db import models


class ReportStatus(models.TextChoices):
    REQUESTED = "requested", "Demandé"
    DRAFT = "draft", "Projet"
    PUBLISHED = "published", "Publié"
    FAILED = "failed", "En échec"


class ExportStatus(models.TextChoices):
    REQUESTED = "requested", "Demandé"
    BUILDING = "building", "En cours"
    READY = "ready", "Prêt"
    FAILED = "failed", "En échec"
    FORGOTTEN = "forgotten", "Effacé"
