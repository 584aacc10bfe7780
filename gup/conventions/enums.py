from django.db import models


class Priority(models.TextChoices):
    """From the gravest to the least; `rank` orders them (0 first)."""

    DANGER = "danger", "Danger immédiat"
    URGENT = "urgent", "Urgent"
    PRIORITAIRE = "prioritaire", "Prioritaire"
    NORMAL = "normal", "Normal"
    PROGRAMME = "programme", "À programmer"

    @property
    def rank(self) -> int:
        return list(Priority).index(self)


class CategoryVisibility(models.TextChoices):
    """Who may read of an incident of this category.

    `restricted` stays off public pages (plates, names on walls); `confidential` is narrower still: the reporter's
    organisation, the bailleur's managers and the DSU (people in conflict).
    """

    PUBLIC = "public", "Publique"
    RESTRICTED = "restricted", "Partenaires"
    CONFIDENTIAL = "confidential", "Confidentielle"


class CommitmentKind(models.TextChoices):
    DELAY = "delay", "Délai"
    RECURRENCE = "recurrence", "Fréquence"
    QUALITY_LEVEL = "quality_level", "Niveau de qualité coté"
    AVAILABILITY = "availability", "Disponibilité d'équipement"
    INFORMATION = "information", "Information et réponse"
    ACTION_MILESTONE = "action_milestone", "Action à échéance"


class StageChoice(models.TextChoices):
    """`service_levels.Stage`, with the words that people read."""

    RECEIPT = "receipt", "Accusé de réception"
    ANSWER = "answer", "Première réponse"
    ACKNOWLEDGE = "acknowledge", "Prise en charge"
    ATTEND = "attend", "Venue sur place"
    MAKE_SAFE = "make_safe", "Mise en sécurité"
    RESOLVE = "resolve", "Rétablissement"


class BasisChoice(models.TextChoices):
    """`service_levels.Basis`, with the words that people read."""

    WORKING_TIME = "working_time", "Temps ouvré"
    ELAPSED_TIME = "elapsed_time", "Temps écoulé (24 h/24)"
    WORKING_DAYS = "working_days", "Jours ouvrés"
    CALENDAR_DAYS = "calendar_days", "Jours calendaires"


class PauseReasonChoice(models.TextChoices):
    """`service_levels.PauseReason`, with the words that people read."""

    ACCESS_REFUSED = "access_refused", "Accès impossible"
    THIRD_PARTY = "third_party", "Transmis à un tiers compétent"
    PARTS = "parts", "Attente de pièce"
    LEGAL_NOTICE = "legal_notice", "Délai légal de mise en demeure"
    INFO_REQUESTED = "info_requested", "Information demandée au signalant"
    SOCIAL_MOVEMENT = "social_movement", "Grève ou fermeture d'exutoire"
    CYCLONE = "cyclone", "Vigilance cyclonique"


class Audience(models.TextChoices):
    """Who an escalation level speaks to."""

    CARETAKER = "caretaker", "Gardien et agents"
    AGENCY = "agency", "Responsable d'agence"
    DIRECTION = "direction", "Direction du bailleur"
    DSU = "dsu", "DSU"
    COMMITTEE = "committee", "Comité technique"


class EscalationChannel(models.TextChoices):
    EMAIL = "email", "E-mail"
    DESK = "desk", "Tableau de bord seulement"


class Period(models.TextChoices):
    """The period over which a recurrence or an availability is judged."""

    WEEK = "week", "Semaine"
    MONTH = "month", "Mois"
    YEAR = "year", "Année"
