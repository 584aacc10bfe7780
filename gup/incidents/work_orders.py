"""Giving an incident's repair to a company without an account, and what the company answers behind its link.

What it says is its word to the party in charge: no clock stops by it. The agent announces the repair, with its photos.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gup.incidents import photos
from gup.incidents.announcements import handlers_of
from gup.incidents.enums import EventKind, PhotoKind, PhotoStatus, Status, Visibility
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.incidents.lifecycle import DSU, HANDLER, IN_WORK, capacities_of
from gup.incidents.words import clean_text
from gup.incidents.work_order_models import OrderState, WorkOrder
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners import audit
from gup.partners.actors import Actor, Machine
from gup.partners.models import User
from gup.places.tokens import made_secret, secret_hash

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gup.incidents.models import Incident, IncidentEvent, Photo

DEFAULT_LIFE = timedelta(days=14)
LONGEST_LIFE = timedelta(days=92)
MOST_PHOTOS = 12
_SALT = "gup.incidents.work_orders"


def may_give(incident: "Incident", by: Actor) -> bool:
    """Who answers for an incident that is being worked on, or the DSU; what is confidential goes to no company."""
    in_work = Status(incident.status) in IN_WORK and not incident.is_confidential
    return in_work and bool(capacities_of(incident, by) & {HANDLER, DSU})


def give(
    incident: "Incident",
    *,
    by: User,
    at: datetime,
    company: str,
    request: str,
    email: str = "",
    expires_at: datetime | None = None,
) -> WorkOrder:
    """Give the work to a company; a mail with the link is owed where an address is given.

    Raises NotAllowed, InvalidInput with the field at fault.
    """
    if not may_give(incident, by):
        raise NotAllowed("Cet incident ne se confie pas à une entreprise.")
    at = at.replace(microsecond=0)
    company, request = clean_text(company, field="company", limit=120), clean_text(request, field="request", limit=2000)
    if not company:
        raise InvalidInput("Nommez l'entreprise.", field="company")
    if not request:
        raise InvalidInput("Dites à l'entreprise ce qui est demandé.", field="request")
    expires_at = expires_at or at + DEFAULT_LIFE
    if not at < expires_at <= at + LONGEST_LIFE:
        raise InvalidInput("Le lien expire après aujourd'hui et dans les trois mois.", field="expires_at")
    name = uuid.uuid4()
    with transaction.atomic():
        order = WorkOrder.objects.create(
            uuid=name,
            incident=incident,
            company=company,
            email=_address(email),
            request=request,
            organisation=incident.responsible,
            token_hash=secret_hash(_secret(name)),
            given_by=by,
            given_at=at,
            expires_at=expires_at,
        )
        _note(order, EventKind.ORDER_GIVEN, by, at, text=f"{company} : {request}")
        audit.note(actor=by.email, action="intervention confiée", subject=f"{incident.ref} · {company}", at=at)
        _send_link(order, at)
    return order


def revoke(order: WorkOrder, *, by: User, at: datetime) -> None:
    """The link opens nothing any more, nor does what it had opened. Raises NotAllowed, WrongTransition."""
    if not capacities_of(order.incident, by) & {HANDLER, DSU}:
        raise NotAllowed("Cette intervention n'est pas à vous de retirer.")
    at = at.replace(microsecond=0)
    with transaction.atomic():
        if not WorkOrder.objects.filter(pk=order.pk, revoked_at=None).update(revoked_at=at):
            raise WrongTransition("Cette intervention est déjà retirée.")
        order.revoked_at = at
        _note(order, EventKind.ORDER_REVOKED, by, at, text=order.company)
        audit.note(
            actor=by.email, action="intervention retirée", subject=f"{order.incident.ref} · {order.company}", at=at
        )


def link_of(order: WorkOrder) -> str:
    """The whole address of the company's page: made, not stored, so that it can be told again."""
    return f"{settings.GUP_BASE_URL}{reverse('intervention', kwargs={'token': _secret(order.uuid)})}"


def is_alive(order: WorkOrder, now: datetime) -> bool:
    """Whether its link opens anything: not withdrawn, not expired, and the incident still the giver's to repair."""
    incident = order.incident
    if order.state(now) in (OrderState.REVOKED, OrderState.EXPIRED) or incident.is_confidential:
        return False
    return Status(incident.status) in IN_WORK and incident.responsible_id == order.organisation_id


def open_order(order: WorkOrder, at: datetime) -> None:
    """Somebody pressed the button of the link: noted once."""
    if WorkOrder.objects.filter(pk=order.pk, opened_at=None).update(opened_at=at.replace(microsecond=0)):
        audit.note(
            actor=order.company, action="intervention ouverte", subject=f"{order.incident.ref} · {order.company}", at=at
        )


def accept(order: WorkOrder, *, at: datetime, planned_for: datetime) -> None:
    """The company takes the work for a day. Raises InvalidInput, WrongTransition when it is done already."""
    at = at.replace(microsecond=0)
    if planned_for < at:
        raise InvalidInput("La date prévue est dans le passé.", field="planned_for")
    with transaction.atomic():
        _refuse_dead(order, at)
        rows = WorkOrder.objects.filter(pk=order.pk, done_at=None, revoked_at=None)
        if not rows.update(accepted_at=at, planned_for=planned_for):
            raise WrongTransition("Cette intervention est déjà déclarée faite.")
        data: dict[str, object] = {"planned_for": planned_for.isoformat()}
        event = _note(order, EventKind.ORDER_ACCEPTED, _company(order), at, data=data)
        _tell(order, event, "intervention acceptée")


def add_photos(order: WorkOrder, *, at: datetime, data: Iterable[bytes]) -> int:
    """Keep the company's photos of the repair; the same picture twice is one. Returns how many are new.

    Raises InvalidInput (field "photos" or "photo"), WrongTransition.
    """
    kept = 0
    with transaction.atomic():
        _refuse_dead(order, at)
        for each in data:
            if order.incident.events.filter(kind=EventKind.PHOTO_ADDED, data__order=order.pk).count() >= MOST_PHOTOS:
                raise InvalidInput(f"{MOST_PHOTOS} photos au plus pour une intervention.", field="photos")
            photo, is_new = photos.receive(order.incident, each, kind=PhotoKind.AFTER, by=None, at=at)
            if is_new:
                told: dict[str, object] = {"photo": str(photo.uuid), "kind": str(PhotoKind.AFTER)}
                _note(order, EventKind.PHOTO_ADDED, _company(order), at, data=told)
            kept += is_new
    return kept


def declare_done(order: WorkOrder, *, at: datetime, text: str, data: Iterable[bytes] = ()) -> None:
    """The company says that it is repaired, with a photo and words; the party in charge hears it, and announces it.

    Raises InvalidInput with the field at fault, WrongTransition.
    """
    at = at.replace(microsecond=0)
    text = clean_text(text, field="text", limit=2000)
    if not text:
        raise InvalidInput("Dites en quelques mots ce qui a été fait.", field="text")
    with transaction.atomic():
        add_photos(order, at=at, data=data)
        if not photos_of(order).filter(kind=PhotoKind.AFTER).exists():
            raise InvalidInput("Joignez au moins une photo après réparation.", field="photos")
        if not WorkOrder.objects.filter(pk=order.pk, done_at=None, revoked_at=None).update(done_at=at):
            raise WrongTransition("Cette intervention est déjà déclarée faite.")
        event = _note(order, EventKind.ORDER_DONE, _company(order), at, text=text)
        _tell(order, event, "intervention faite, réparation à annoncer")


def photos_of(order: WorkOrder) -> "QuerySet[Photo]":
    """Those that the company sent."""
    sent = order.incident.events.filter(kind=EventKind.PHOTO_ADDED, data__order=order.pk)
    return order.incident.photos.filter(uuid__in=[event.data["photo"] for event in sent])


def shown_to(order: WorkOrder) -> "QuerySet[Photo]":
    """What the company sees: the place before, and its own."""
    own = [photo.pk for photo in photos_of(order)]
    ready = order.incident.photos.filter(status=PhotoStatus.READY)
    return ready.filter(kind=PhotoKind.BEFORE) | ready.filter(pk__in=own)


def _refuse_dead(order: WorkOrder, at: datetime) -> None:
    order.refresh_from_db()
    if not is_alive(order, at):
        raise WrongTransition("Ce lien n'ouvre plus rien : demandez-en un autre à qui vous l'a envoyé.")


def _note(
    order: WorkOrder,
    kind: EventKind,
    by: Actor,
    at: datetime,
    *,
    text: str = "",
    data: dict[str, object] | None = None,
) -> "IncidentEvent":
    """In the incident's history, for the partners."""
    given = {"order": order.pk, **(data or {})}
    return order.incident._append(kind, by, at, text=text, data=given, visibility=Visibility.PARTNERS)


def _company(order: WorkOrder) -> Machine:
    """Signs without an account: its words answer for nobody, and stop no clock."""
    return Machine(f"{order.company} (entreprise)")


def _send_link(order: WorkOrder, at: datetime) -> None:
    if not order.email:
        return
    incident = order.incident
    body = (
        f"Bonjour,\n\n{order.organisation} vous confie une intervention :\n"
        f"{incident.residence}, {incident.category}.\n\n"
        f"Ouvrez ce lien pour lire la demande, l'accepter et dire quand elle est faite :\n{link_of(order)}\n\n"
        f"Il vous est réservé, jusqu'au {timezone.localtime(order.expires_at):%d/%m/%Y}. Ne le transmettez pas.\n"
    )
    subject = f"{incident.ref} : intervention demandée"
    key = f"order:{order.pk}"
    notify(key=key, topic=Topic.WORK_ORDER, recipients=[order.email], subject=subject, body=body, at=at)


def _tell(order: WorkOrder, event: "IncidentEvent", what: str) -> None:
    """The people in charge hear what the company says."""
    incident = order.incident
    link = settings.GUP_BASE_URL + reverse("incident", kwargs={"ref": incident.ref})
    notify(
        key=f"order:{order.pk}:{event.seq}",
        topic=Topic.WORK_ORDER,
        recipients=handlers_of(incident),
        subject=f"{incident.ref} : {what}",
        body=f"{order.company} : {what}.\n\n{event.text}\n\nOuvrir l'incident : {link}\n",
        at=event.recorded_at,
    )


def _secret(name: uuid.UUID) -> str:
    return made_secret(_SALT, str(name))


def _address(email: str) -> str:
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as refusal:
            raise InvalidInput("Cette adresse e-mail n'est pas valable.", field="email") from refusal
    return email
