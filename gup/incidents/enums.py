from django.db import models

from gup.conventions.enums import PauseReasonChoice, Priority, StageChoice

__all__ = ["PauseReasonChoice", "Priority", "StageChoice"]


class Status(models.TextChoices):
    OPENED = "opened", "Signalé"
    ACKNOWLEDGED = "acknowledged", "Pris en charge"
    PLANNED = "planned", "Intervention prévue"
    ON_HOLD = "on_hold", "En attente"
    RESOLVED = "resolved", "Réparation annoncée"
    REOPENED = "reopened", "Rouvert"
    CLOSED = "closed", "Clos"
    MERGED = "merged", "Rattaché à un autre"


OPEN_STATUSES = frozenset(
    {Status.OPENED, Status.ACKNOWLEDGED, Status.PLANNED, Status.ON_HOLD, Status.RESOLVED, Status.REOPENED}
)


class Channel(models.TextChoices):
    """The door an incident came in by."""

    QR = "qr", "QR code"
    DESK = "desk", "Espace partenaire"
    API = "api", "API"
    FIELD = "field", "Application de terrain"


class Verb(models.TextChoices):
    """What can be done to an incident; the labels are the words on the buttons."""

    ACKNOWLEDGE = "acknowledge", "Prendre en charge"
    ATTEND = "attend", "Signaler l'arrivée sur place"
    MAKE_SAFE = "make_safe", "Mettre en sécurité"
    PLAN = "plan", "Planifier l'intervention"
    HOLD = "hold", "Mettre en attente"
    RESUME = "resume", "Reprendre"
    RESOLVE = "resolve", "Annoncer la réparation"
    DECLINE = "decline", "Clore sans réparation"
    CONFIRM = "confirm", "Confirmer la réparation"
    CONTEST = "contest", "Contester la réparation"
    REOPEN = "reopen", "Rouvrir"
    CLOSE = "close", "Clore sans réponse"
    TRANSFER = "transfer", "Transmettre"
    PROPOSE_TRANSFER = "propose_transfer", "Proposer une transmission"
    MERGE = "merge_into", "Rattacher à un autre incident"
    UNMERGE = "unmerge", "Détacher"
    REPRIORITISE = "reprioritise", "Changer la priorité"
    REQUALIFY = "requalify", "Changer la catégorie"
    ASSIGN = "assign", "Confier à"
    ARBITRATE = "arbitrate", "Excuser un retard"
    COMMENT = "comment", "Commenter"
    ADD_PHOTO = "add_photo", "Ajouter une photo"
    SUPPORT = "support", "Moi aussi"
    STILL_THERE = "still_there", "Toujours là"


class EventKind(models.TextChoices):
    """What happened, as the history says it."""

    OPENED = "opened", "Signalement"
    RECEIPT_SENT = "receipt_sent", "Accusé de réception"
    ACKNOWLEDGED = "acknowledged", "Prise en charge"
    ATTENDED = "attended", "Venue sur place"
    MADE_SAFE = "made_safe", "Mise en sécurité"
    PLANNED = "planned", "Intervention planifiée"
    HELD = "held", "Mise en attente"
    RESUMED = "resumed", "Reprise"
    RESOLVED = "resolved", "Réparation annoncée"
    DECLINED = "declined", "Clôture sans réparation"
    CONFIRMED = "confirmed", "Réparation confirmée"
    CONTESTED = "contested", "Réparation contestée"
    REOPENED = "reopened", "Réouverture"
    CLOSED = "closed", "Clôture sans réponse"
    TRANSFERRED = "transferred", "Transmission"
    TRANSFER_PROPOSED = "transfer_proposed", "Transmission proposée"
    MERGED = "merged", "Rattachement"
    UNMERGED = "unmerged", "Détachement"
    ABSORBED = "absorbed", "Doublon rattaché ici"
    RELEASED = "released", "Doublon détaché d'ici"
    REPRIORITISED = "reprioritised", "Changement de priorité"
    REQUALIFIED = "requalified", "Changement de catégorie"
    ASSIGNED = "assigned", "Affectation"
    ARBITRATED = "arbitrated", "Arbitrage"
    COMMENTED = "commented", "Commentaire"
    PHOTO_ADDED = "photo_added", "Photo ajoutée"
    SUPPORTED = "supported", "Soutien"
    STILL_THERE = "still_there", "Toujours là, dit un habitant"
    PHOTO_REDACTED = "photo_redacted", "Photo masquée en partie"
    UNDONE = "undone", "Annulé par son auteur"
    ORDER_GIVEN = "order_given", "Intervention confiée à une entreprise"
    ORDER_ACCEPTED = "order_accepted", "Intervention acceptée par l'entreprise"
    ORDER_DONE = "order_done", "Intervention faite, dit l'entreprise"
    ORDER_REVOKED = "order_revoked", "Intervention retirée à l'entreprise"


class Visibility(models.TextChoices):
    """Who reads an event of the thread."""

    PUBLIC = "public", "Public"
    PARTNERS = "partners", "Partenaires"
    INTERNAL = "internal", "Interne"


class ClosureReason(models.TextChoices):
    """Why an incident ended. The first two count as resolved; each asks for its own proof."""

    DONE = "done", "Réparé / fait"
    DONE_BY_OTHER = "done_by_other", "Fait par un autre"
    NOT_FOUND = "not_found", "Constaté sur place : rien à faire"
    DUPLICATE = "duplicate", "Doublon rattaché"
    OUT_OF_SCOPE = "out_of_scope", "Hors compétence et hors partenaires"
    PROGRAMMED = "programmed", "Inscrit au programme de travaux"
    REFUSED = "refused", "Refusé"


RESOLVING_REASONS = (ClosureReason.DONE, ClosureReason.DONE_BY_OTHER)
DECLINING_REASONS = (
    ClosureReason.NOT_FOUND,
    ClosureReason.OUT_OF_SCOPE,
    ClosureReason.PROGRAMMED,
    ClosureReason.REFUSED,
)


class PriorityChange(models.TextChoices):
    RAISED = "raised", "Aggravation"
    CORRECTED = "corrected", "Erreur de qualification"
    LOWERED = "lowered", "Abaissement"


class PhotoKind(models.TextChoices):
    BEFORE = "before", "Avant"
    AFTER = "after", "Après"
    CONTEST = "contest", "Contestation"
    ACCESS = "access", "Preuve d'accès impossible"


class PhotoStatus(models.TextChoices):
    RECEIVED = "received", "En préparation"
    READY = "ready", "Prête"
    REFUSED = "refused", "À renvoyer"
