from django.db import models


class ReportStatus(models.TextChoices):
    REQUESTED = "requested", "Demandé"
    DRAFT = "draft", "Projet"
    PUBLISHED = "published", "Publié"
    FAILED = "failed", "En échec"
