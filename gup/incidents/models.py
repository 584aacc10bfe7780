"""Incident and what hangs on it. Its verbs are in verbs.py, its life in lifecycle.py, its birth in intake.py."""

import uuid

from django.db import models
from django.db.models import F, Q

from gup.conventions.models import Category, Commitment, ConventionVersion
from gup.incidents.block_models import Block
from gup.incidents.bulk_models import Batch
from gup.incidents.enums import (
    Channel,
    ClosureReason,
    EventKind,
    PauseReasonChoice,
    PhotoKind,
    PhotoStatus,
    Priority,
    StageChoice,
    Status,
    Visibility,
)
from gup.incidents.redaction_models import Redaction
from gup.incidents.saved_view_models import SavedView
from gup.incidents.search_models import IncidentText
from gup.incidents.verbs import IncidentVerbs
from gup.incidents.visibility import IncidentQuerySet
from gup.incidents.work_order_models import WorkOrder
from gup.partners.models import Organisation, User
from gup.places.models import Residence, Spot
from gup.service_levels.clock_state import ClockKey

__all__ = [
    "Batch",
    "Block",
    "Clock",
    "ExpectedPhoto",
    "Incident",
    "IncidentEvent",
    "IncidentText",
    "Pause",
    "Photo",
    "Redaction",
    "SavedView",
    "Supporter",
    "WorkOrder",
]


class Incident(IncidentVerbs, models.Model):
    """A cadre de vie problem at a place, from the first report to its closing.

    What is written here is the latest state; `IncidentEvent` is the truth it was folded from.
    """

    ref = models.CharField("référence", max_length=20, unique=True)
    # The UUID a phone gave it before it had a network; also the idempotency key of that phone.
    client_uuid = models.UUIDField(null=True, blank=True, unique=True)
    residence = models.ForeignKey(Residence, models.PROTECT, related_name="incidents")
    spot = models.ForeignKey(Spot, models.SET_NULL, null=True, blank=True, related_name="incidents")
    category = models.ForeignKey(Category, models.PROTECT, related_name="incidents")
    priority = models.CharField("priorité", max_length=20, choices=Priority)
    title = models.CharField("titre", max_length=140)
    description = models.TextField("description", max_length=4000, blank=True)
    is_confidential = models.BooleanField("confidentiel", default=False)

    status = models.CharField("état", max_length=20, choices=Status, default=Status.OPENED)
    closure_reason = models.CharField("motif de clôture", max_length=20, choices=ClosureReason, blank=True)
    bailleur = models.ForeignKey(Organisation, models.PROTECT, related_name="incidents")
    responsible = models.ForeignKey(Organisation, models.PROTECT, related_name="responsibilities")
    # Empty: no convention bound the responsible party at that time ("hors convention").
    convention_version = models.ForeignKey(
        ConventionVersion, models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    assigned_to = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="assignments")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")

    channel = models.CharField("canal", max_length=10, choices=Channel)
    reporter = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="reported")
    reporter_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="reported"
    )
    reporter_email = models.EmailField("contact", blank=True)
    # To be called back; read by who handles the incident and nobody else.
    reporter_phone = models.CharField("téléphone", max_length=20, blank=True)
    # SHA-256 of the secret of the follow-up link: the database never holds the secret itself.
    follow_up_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)

    reported_at = models.DateTimeField("signalé le")
    received_at = models.DateTimeField("reçu le")
    resolved_at = models.DateTimeField("réparation annoncée le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    is_proven = models.BooleanField("preuve de réparation", default=False)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    planned_for = models.DateTimeField("intervention prévue le", null=True, blank=True)
    updated_at = models.DateTimeField("modifié le")

    # The earliest due among its running clocks: what lists are ordered by.
    due_at = models.DateTimeField("échéance", null=True, blank=True)
    # The number of its events; each verb compares and sets it, so that a stale page cannot write.
    version = models.PositiveIntegerField("version", default=0)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="incident_status_known",
                condition=Q(status__in=Status.values),
                violation_error_message="État d'incident inconnu.",
            ),
            models.CheckConstraint(
                name="incident_priority_known",
                condition=Q(priority__in=Priority.values),
                violation_error_message="Priorité inconnue.",
            ),
            models.CheckConstraint(
                name="incident_received_after_reported",
                condition=Q(received_at__gte=F("reported_at")),
                violation_error_message="Un incident est reçu après avoir été signalé.",
            ),
            models.CheckConstraint(
                name="incident_merged_has_master",
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into__isnull=True)),
                violation_error_message="Un incident rattaché a un incident principal.",
            ),
            models.CheckConstraint(
                name="incident_never_its_own_duplicate",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                violation_error_message="Un incident ne se rattache pas à lui-même.",
            ),
            models.CheckConstraint(
                name="incident_closed_is_dated",
                condition=~Q(status=Status.CLOSED) | Q(closed_at__isnull=False),
                violation_error_message="Un incident clos a une date de clôture.",
            ),
        ]
        indexes = [
            # A residence's list by status, most pressing first (association, caretaker).
            models.Index(fields=["residence", "status", "due_at", "id"], name="incident_residence_status_due"),
            # The desk's list of one status, most pressing first.
            models.Index(fields=["status", "due_at", "id"], name="incident_status_due"),
            # The whole list by due, keyset pagination.
            models.Index(fields=["due_at", "id"], name="incident_due"),
            # A residence's whole list by due.
            models.Index(fields=["residence", "due_at", "id"], name="incident_residence_due"),
            # A month's opened incidents for the report; the list by date of report, newest first.
            models.Index(fields=["reported_at", "id"], name="incident_reported_id"),
            # facets.counted(): the rows grouped by what they hold, read from the index alone and not from the table.
            models.Index(
                fields=["bailleur", "residence", "status", "category", "due_at", "is_confidential", "id"],
                name="incident_facets",
            ),
            # close_unanswered(): resolved incidents whose contest window has passed.
            models.Index(fields=["resolved_at"], condition=Q(status=Status.RESOLVED), name="incident_awaiting_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.title}"


class IncidentEvent(models.Model):
    """One thing that happened. Never updated, never deleted: the database refuses both."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField("numéro")
    kind = models.CharField("fait", max_length=20, choices=EventKind)
    at = models.DateTimeField("survenu le")
    recorded_at = models.DateTimeField("enregistré le")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="events")
    actor_name = models.CharField("auteur", max_length=160)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="events")
    visibility = models.CharField("lecture", max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    text = models.TextField("texte", max_length=4000, blank=True)
    data = models.JSONField("détail", default=dict, blank=True)

    class Meta:
        ordering = ["incident_id", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "seq"],
                name="event_seq_once",
                violation_error_message="Ce numéro d'événement est déjà pris.",
            ),
            models.CheckConstraint(
                name="event_kind_known",
                condition=Q(kind__in=EventKind.values),
                violation_error_message="Fait inconnu.",
            ),
        ]
        indexes = [
            # The month's events of one kind, for the report (contested, transferred, reopened...).
            models.Index(fields=["kind", "at"], name="event_kind_at"),
            # What was learnt since a report was published, for the regularisations of the next one.
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.seq} {self.kind}"


class Clock(models.Model):
    """One promised stage of one incident, folded from its events (projection.py is the only writer)."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="clocks")
    stage = models.CharField("étape", max_length=20, choices=StageChoice)
    cycle = models.PositiveSmallIntegerField("cycle", default=1)
    party = models.ForeignKey(Organisation, models.PROTECT, related_name="clocks")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="clocks")
    started_at = models.DateTimeField("démarrée le")
    stopped_at = models.DateTimeField("arrêtée le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    paused_since = models.DateTimeField("suspendue depuis", null=True, blank=True)
    remaining_seconds = models.PositiveIntegerField("reste (s)", null=True, blank=True)
    paused_seconds = models.PositiveIntegerField("suspendu (s)", default=0)
    due_at = models.DateTimeField("échéance", null=True, blank=True)
    strict_due_at = models.DateTimeField("échéance sans suspension")
    lateness_seconds = models.PositiveIntegerField("retard (s)", null=True, blank=True)
    is_excused = models.BooleanField("excusée par arbitrage", default=False)
    next_action_at = models.DateTimeField("prochaine escalade", null=True, blank=True)
    # The highest escalation level already recorded: a due that moves never fires a level again.
    fired_level = models.PositiveSmallIntegerField("niveau atteint", default=0)

    class Meta:
        ordering = ["incident_id", "cycle", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "stage", "cycle", "party"],
                name="clock_once",
                violation_error_message="Cette horloge existe déjà.",
            ),
            models.CheckConstraint(
                name="clock_sleeps_while_paused",
                condition=Q(remaining_seconds__isnull=True) | Q(due_at__isnull=True, next_action_at__isnull=True),
                violation_error_message="Une horloge suspendue n'a ni échéance ni escalade.",
            ),
            models.CheckConstraint(
                name="clock_stops_after_it_starts",
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                violation_error_message="Une horloge s'arrête après son départ.",
            ),
            models.CheckConstraint(
                name="clock_stage_known",
                condition=Q(stage__in=StageChoice.values),
                violation_error_message="Étape inconnue.",
            ),
        ]
        indexes = [
            # escalate_due(): the clocks whose next level has come; only running clocks have one.
            models.Index(
                fields=["next_action_at"], condition=Q(next_action_at__isnull=False), name="clock_next_action"
            ),
            # A month's decided clocks of one party: held by their stop, missed by their due.
            models.Index(fields=["party", "due_at"], name="clock_party_due"),
            models.Index(fields=["party", "stopped_at"], name="clock_party_stopped"),
            # recalculate_due() after an edit of hours: the running clocks due later than it.
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True, cancelled_at__isnull=True),
                name="clock_running_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.stage} · cycle {self.cycle}"

    @property
    def key(self) -> ClockKey:
        """Which clock of its incident it is, as the fold names it."""
        return (self.stage, self.cycle, self.party_id)


class Pause(models.Model):
    """An interval during which the incident waited, and why. Which clocks it stops is each commitment's word."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="pauses")
    reason = models.CharField("motif", max_length=20, choices=PauseReasonChoice)
    started_at = models.DateTimeField("depuis")
    ended_at = models.DateTimeField("jusqu'à", null=True, blank=True)
    # So that nothing sleeps for ever: the day somebody looks at it again.
    review_at = models.DateTimeField("à revoir le", null=True, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "reason"],
                condition=Q(ended_at__isnull=True),
                name="one_open_pause_per_reason",
                violation_error_message="L'incident est déjà en attente pour ce motif.",
            ),
            models.CheckConstraint(
                name="pause_ends_after_it_begins",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                violation_error_message="Une attente se termine après son début.",
            ),
            models.CheckConstraint(
                name="open_pause_has_a_review",
                condition=Q(ended_at__isnull=False) | Q(review_at__isnull=False),
                violation_error_message="Une attente en cours a une date de revue.",
            ),
        ]
        indexes = [
            # review_pauses(): the open pauses whose review day has come.
            models.Index(fields=["review_at"], condition=Q(ended_at__isnull=True), name="pause_review"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.reason}"


class Photo(models.Model):
    """A photo of an incident: received as it came, then derived without its metadata; the original is erased."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="photos")
    kind = models.CharField("nature", max_length=10, choices=PhotoKind)
    status = models.CharField("état", max_length=10, choices=PhotoStatus, default=PhotoStatus.RECEIVED)
    sha256 = models.CharField("empreinte", max_length=64)
    original = models.CharField("fichier reçu", max_length=200, blank=True)
    display = models.CharField("affichage", max_length=200, blank=True)
    thumbnail = models.CharField("vignette", max_length=200, blank=True)
    width = models.PositiveIntegerField("largeur", default=0)
    height = models.PositiveIntegerField("hauteur", default=0)
    refusal = models.CharField("motif de refus", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField("ajoutée le")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "sha256"],
                name="photo_once",
                violation_error_message="Cette photo est déjà jointe.",
            ),
            models.CheckConstraint(
                name="photo_ready_has_files",
                condition=~Q(status=PhotoStatus.READY) | (~Q(display="") & ~Q(thumbnail="")),
                violation_error_message="Une photo prête a ses deux tailles.",
            ),
        ]
        indexes = [
            # derive_photos(): the photos received and not yet derived.
            models.Index(fields=["id"], condition=Q(status=PhotoStatus.RECEIVED), name="photo_to_derive"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ExpectedPhoto(models.Model):
    """A photo that a phone announced with its report, and has yet to send; it is met by its name or by its content."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="expected_photos")
    uuid = models.UUIDField(unique=True)
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.uuid)


class Supporter(models.Model):
    """Somebody else who lives with the problem ("moi aussi"): a person with an account, or a browser."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="supporters")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="supports")
    # SHA-256 of a random cookie: the same browser counts once, and nobody is named.
    browser_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField("le")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "user"],
                condition=Q(user__isnull=False),
                name="supporter_once",
                violation_error_message="Vous soutenez déjà ce signalement.",
            ),
            models.UniqueConstraint(
                fields=["incident", "browser_hash"],
                condition=~Q(browser_hash=""),
                name="browser_supports_once",
                violation_error_message="Votre soutien est déjà compté.",
            ),
            models.CheckConstraint(
                name="supporter_is_somebody",
                condition=Q(user__isnull=False) | ~Q(browser_hash=""),
                violation_error_message="Un soutien vient de quelqu'un.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.user_id or 'public'}"
