"""Blackening a part of a photo: a face, a plate, a name on a letterbox. Burned in; the former files are erased."""

import math
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from gup.incidents.enums import EventKind, PhotoStatus, Visibility
from gup.incidents.errors import InvalidInput, NotAllowed, Stale
from gup.incidents.lifecycle import BAILLEUR, DSU, HANDLER, REPORTER, capacities_of
from gup.incidents.photo_files import blacken
from gup.incidents.redaction_models import Redaction
from gup.partners import audit
from gup.partners.actors import Actor
from gup.partners.models import User

if TYPE_CHECKING:
    from gup.incidents.models import Photo

MOST_BOXES = 8
# One hundredth of a side: less hides nothing that anybody could recognise.
SMALLEST = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in percent of the picture's width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


def may_redact(photo: "Photo", by: Actor) -> bool:
    """Who answers for the incident, the residence's bailleur, the DSU; and whoever took the photo herself."""
    capacities = capacities_of(photo.incident, by)
    if capacities & {BAILLEUR, HANDLER, DSU}:
        return True
    return REPORTER in capacities and isinstance(by, User) and photo.added_by_id == by.pk


def redact(photo: "Photo", boxes: Sequence[Box], *, by: User, at: datetime) -> Redaction:
    """Burn black boxes into both sizes of a photo, say so in the history and the audit chain, erase the former files.

    Raises NotAllowed, InvalidInput (field "boxes"), Stale when somebody else has just changed the photo.
    """
    if not may_redact(photo, by):
        raise NotAllowed("Vous ne pouvez pas masquer une partie de cette photo.")
    if photo.status != PhotoStatus.READY:
        raise InvalidInput("Cette photo n'est pas encore prête : réessayez dans un instant.", field="boxes")
    _check(boxes)
    at = at.replace(microsecond=0)
    try:
        with default_storage.open(photo.display) as stored:
            made = blacken(stored.read(), [astuple(box) for box in boxes])
    except FileNotFoundError as gone:
        raise InvalidInput("Le fichier de cette photo a disparu : il n'y a rien à masquer.", field="boxes") from gone
    # Under names that no former file ever had: browsers know a picture by its file's name.
    folder, name = f"photos/{photo.uuid.hex[:2]}/{photo.uuid}", uuid.uuid4().hex[:12]
    fresh = {
        "display": default_storage.save(f"{folder}/display-{name}.jpg", ContentFile(made.display)),
        "thumbnail": default_storage.save(f"{folder}/thumbnail-{name}.jpg", ContentFile(made.thumbnail)),
    }
    try:
        with transaction.atomic():
            redaction = _replace(photo, fresh, boxes, by=by, at=at)
    except BaseException:
        for name in fresh.values():
            default_storage.delete(name)
        raise
    transaction.on_commit(lambda: _erase(redaction, at))
    return redaction


def erase_redacted(now: datetime, *, limit: int = 100) -> int:
    """Erase the former files that a process which died after its commit has left; returns how many photos."""
    left = list(Redaction.objects.filter(erased_at__isnull=True, at__lt=now).order_by("id")[:limit])
    for redaction in left:
        _erase(redaction, now.replace(microsecond=0))
    return len(left)


def _replace(photo: "Photo", fresh: dict[str, str], boxes: Sequence[Box], *, by: User, at: datetime) -> Redaction:
    """The row points to the new files, if it still pointed to those that were read."""
    former = (photo.display, photo.thumbnail)
    moved = type(photo).objects.filter(pk=photo.pk, display=photo.display, status=PhotoStatus.READY).update(**fresh)
    if not moved:
        raise Stale("Cette photo vient d'être modifiée par quelqu'un d'autre : regardez-la à nouveau.", field="boxes")
    photo.display, photo.thumbnail = fresh["display"], fresh["thumbnail"]
    redaction = Redaction.objects.create(
        photo=photo,
        by=by,
        at=at,
        boxes=[list(astuple(box)) for box in boxes],
        former_display=former[0],
        former_thumbnail=former[1],
    )
    incident = photo.incident
    data: dict[str, object] = {"photo": str(photo.uuid), "boxes": len(boxes)}
    incident._append(EventKind.PHOTO_REDACTED, by, at, data=data, visibility=Visibility.PARTNERS)
    audit.note(actor=by.email, action="photo masquée", subject=f"{incident.ref} · {photo.uuid}", at=at)
    return redaction


def _erase(redaction: Redaction, at: datetime) -> None:
    for name in (redaction.former_display, redaction.former_thumbnail):
        with suppress(FileNotFoundError):
            default_storage.delete(name)
    Redaction.objects.filter(pk=redaction.pk).update(erased_at=max(at, redaction.at))


def _check(boxes: Sequence[Box]) -> None:
    if not boxes:
        raise InvalidInput("Tracez au moins un cadre sur la photo.", field="boxes")
    if len(boxes) > MOST_BOXES:
        raise InvalidInput(f"{MOST_BOXES} cadres au plus à la fois.", field="boxes")
    for number, box in enumerate(boxes, start=1):
        if not all(map(math.isfinite, astuple(box))) or box.left < 0 or box.top < 0:
            raise InvalidInput(f"Le cadre {number} sort de la photo.", field="boxes")
        if box.left + box.width > 100 or box.top + box.height > 100:
            raise InvalidInput(f"Le cadre {number} sort de la photo.", field="boxes")
        if box.width < SMALLEST or box.height < SMALLEST:
            raise InvalidInput(f"Le cadre {number} est trop petit pour cacher quelque chose.", field="boxes")
