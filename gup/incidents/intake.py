"""The only birth of an incident, whichever door it comes by."""

import random
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from gup.conventions.enums import CategoryVisibility, Priority
from gup.conventions.governing import party_for
from gup.conventions.models import Category
from gup.incidents import announcements
from gup.incidents.enums import Channel, EventKind, Visibility
from gup.incidents.errors import InvalidInput, NotAllowed
from gup.incidents.follow_up import secret_of
from gup.incidents.models import Incident
from gup.incidents.searching import write_text
from gup.incidents.words import clean_text
from gup.partners.actors import Actor, Machine
from gup.partners.enums import Role
from gup.partners.models import Management, Organisation, User
from gup.partners.scope import REPORTING_ROLES, has_role, memberships_of, places_of
from gup.places.models import Residence, Spot
from gup.places.tokens import SYSTEM_CHANCE, readable_code, secret_hash

# A phone may have been offline; past this, the start of a clock could be chosen at will (rule 3).
MAX_BACKDATING = timedelta(days=7)
# Phones' clocks run ahead by a little; more than this is a date in the future.
CLOCK_TOLERANCE = timedelta(minutes=5)
MAX_TITLE = 140
# International numbers have 15 digits at most (E.164); the shortest that can be called back, 6.
PHONE = re.compile(r"\+?[0-9]{6,15}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new incident, and the secret of its follow-up link."""

    incident: Incident
    secret: str


def open_incident(
    *,
    by: Actor,
    at: datetime,
    residence: Residence,
    category: Category,
    title: str,
    channel: Channel,
    description: str = "",
    spot: Spot | None = None,
    priority: str = "",
    reported_at: datetime | None = None,
    reporter_email: str = "",
    reporter_phone: str = "",
    client_uuid: uuid.UUID | None = None,
    is_confidential: bool = False,
    chance: random.Random = SYSTEM_CHANCE,
) -> Opened:
    """Open an incident: the row, its first events, its clocks and the messages it owes, or nothing.

    `at` is when it was received, `reported_at` when the person reported it (at most 7 days earlier). Raises
    InvalidInput with the field at fault, NotAllowed when `by` may not report there.
    """
    at = at.replace(microsecond=0)
    reported_at = _reported_at(reported_at, at)
    _refuse_stranger(by, residence)
    title = clean_text(title, field="title", limit=MAX_TITLE)
    if not title:
        raise InvalidInput("Donnez un titre au signalement.", field="title")
    if spot is not None and spot.residence_id != residence.pk:
        raise InvalidInput("Ce lieu n'est pas dans la résidence.", field="spot")
    if client_uuid is not None and Incident.objects.filter(client_uuid=client_uuid).exists():
        raise InvalidInput("Ce signalement est déjà enregistré.", field="client_uuid")
    if category.parent_id is None:
        raise InvalidInput("Choisissez une catégorie précise, pas une famille.", field="category")
    if priority and priority not in Priority.values:
        raise InvalidInput("Cette priorité n'est pas dans la nomenclature.", field="priority")
    bailleur = _bailleur_of(residence, reported_at)
    party = party_for(category, residence, bailleur, reported_at)
    ref = new_reference(at, chance)
    secret = secret_of(ref)
    incident = Incident(
        ref=ref,
        client_uuid=client_uuid,
        residence=residence,
        spot=spot,
        category=category,
        priority=priority or category.priority,
        title=title,
        description=clean_text(description, field="description"),
        is_confidential=is_confidential or category.visibility == CategoryVisibility.CONFIDENTIAL,
        bailleur=bailleur,
        responsible=party,
        channel=channel,
        reporter=by if isinstance(by, User) else None,
        reporter_organisation=_tenants_side(by, residence),
        reporter_email=_email(reporter_email),
        reporter_phone=readable_phone(reporter_phone),
        follow_up_hash=secret_hash(secret),
        reported_at=reported_at,
        received_at=at,
        updated_at=at,
    )
    with transaction.atomic():
        incident.save(force_insert=True)
        write_text(incident)
        opened = incident._append(
            EventKind.OPENED,
            by,
            reported_at,
            recorded_at=at,
            data={"category": category.slug, "priority": incident.priority, "party": party.pk, "side": "tenants"},
        )
        # The reference shown at once is the automatic receipt; an e-mail repeats it where an address was given.
        incident._append(EventKind.RECEIPT_SENT, Machine("Accusé automatique"), at, visibility=Visibility.PUBLIC)
        announcements.tell_opened(opened)
    return Opened(incident, secret)


def new_reference(at: datetime, chance: random.Random) -> str:
    """A public reference like GUP-2026-7K3M9Q: not guessable, readable aloud. The database holds it unique."""
    return f"GUP-{at.year}-{readable_code(6, chance)}"


def _reported_at(reported_at: datetime | None, at: datetime) -> datetime:
    if reported_at is None:
        return at
    reported_at = reported_at.replace(microsecond=0)
    if reported_at > at + CLOCK_TOLERANCE:
        raise InvalidInput("La date du signalement est dans le futur.", field="reported_at")
    if reported_at < at - MAX_BACKDATING:
        raise InvalidInput("Le signalement date de plus de 7 jours.", field="reported_at")
    return min(reported_at, at)


def _refuse_stranger(by: Actor, residence: Residence) -> None:
    """Anybody may report from a QR code; a person with an account, in the places she may see."""
    may_report = not isinstance(by, User) or has_role(by, REPORTING_ROLES)
    if not may_report or (isinstance(by, User) and not places_of(by).filter(pk=residence.pk).exists()):
        raise NotAllowed("Vous ne pouvez pas signaler dans cette résidence.", field="residence")
    if not isinstance(by, User | AnonymousUser | Machine):
        raise NotAllowed("Ouvrez un signalement depuis la page de la résidence.")


def _bailleur_of(residence: Residence, reported_at: datetime) -> Organisation:
    day = timezone.localdate(reported_at)
    management = Management.objects.on(day).filter(residence=residence).select_related("bailleur").first()
    if management is None:
        raise InvalidInput("Aucun bailleur ne gère cette résidence à cette date.", field="residence")
    return management.bailleur


def _tenants_side(by: Actor, residence: Residence) -> Organisation | None:
    """The organisation on whose behalf it is reported: what keeps a confidential incident readable to it."""
    if not isinstance(by, User):
        return None
    memberships = memberships_of(by)
    associations = [each for each in memberships if each.role == Role.ASSOCIATION]
    speaking = associations or memberships
    return speaking[0].organisation if speaking else None


def readable_phone(number: str) -> str:
    """The number as it is dialled: digits, after a + where it is international. Raises InvalidInput."""
    dialled = re.sub(r"[\s.\-/()\u00a0\u202f]", "", number)
    if not dialled:
        return ""
    if not PHONE.fullmatch(dialled):
        raise InvalidInput("Ce numéro de téléphone n'est pas valable.", field="reporter_phone")
    return dialled


def _email(address: str) -> str:
    address = address.strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as refusal:
        raise InvalidInput("Cette adresse e-mail n'est pas valable.", field="reporter_email") from refusal
    return address
