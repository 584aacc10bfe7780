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


class Committee(models.TextChoices):
    TECHNICAL = "technical", "Comité technique"
    STEERING = "steering", "Comité de pilotage"


class Outcome(models.TextChoices):
    OPEN = "open", "En cours"
    DONE = "done", "Fait"
    PARTLY = "partly", "Fait en partie"
    DROPPED = "dropped", "Abandonné"


class BilanKind(models.TextChoices):
    ANNUAL = "annual", "Bilan annuel"
    MID_YEAR = "mid_year", "Dossier de mi-année"
