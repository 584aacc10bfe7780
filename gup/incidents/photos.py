"""Photos of an incident: checked when they arrive, derived without metadata afterwards, the original erased."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from gup.incidents.enums import PhotoKind, PhotoStatus
from gup.incidents.errors import InvalidInput
from gup.incidents.photo_files import PhotoRefused, derive, inspect
from gup.partners.models import User

if TYPE_CHECKING:
    from gup.incidents.models import Incident, Photo

MAX_PHOTOS_PER_INCIDENT = 24
# A picture that kills its child process is not tried for ever.
MAX_ATTEMPTS = 3


def receive(
    incident: "Incident", data: bytes, *, kind: str, by: User | None, at: datetime, photo_uuid: uuid.UUID | None = None
) -> tuple["Photo", bool]:
    """Store what came in, as it came, until it is derived; the same picture again is the same photo.

    Returns the photo and whether it is new. Raises InvalidInput (field "photo") with the reason when the bytes are no
    photo that can be kept.
    """
    if kind not in PhotoKind.values:
        raise InvalidInput("Nature de photo inconnue.", field="kind")
    try:
        found = inspect(data)
    except PhotoRefused as refusal:
        raise InvalidInput(str(refusal), field="photo") from refusal
    twin: Photo | None = incident.photos.filter(kind=kind, sha256=found.sha256).first()
    if twin is not None:
        return twin, False
    if incident.photos.count() >= MAX_PHOTOS_PER_INCIDENT:
        raise InvalidInput(f"Cet incident a déjà {MAX_PHOTOS_PER_INCIDENT} photos.", field="photo")
    photo_uuid = photo_uuid or uuid.uuid4()
    original = default_storage.save(f"photos/{photo_uuid.hex[:2]}/{photo_uuid}/original", ContentFile(data))
    photo: Photo = incident.photos.create(
        uuid=photo_uuid,
        kind=kind,
        sha256=found.sha256,
        original=original,
        width=found.width,
        height=found.height,
        added_by=by,
        added_at=at.replace(microsecond=0),
    )
    return photo, True


def derive_photo(photo: "Photo") -> bool:
    """Make the two sizes that are shown and erase the original. Returns False when the photo was done or refused.

    Safe to run twice and at once: the files have names of their own, and only one run moves the row.
    """
    photos = type(photo).objects.filter(pk=photo.pk, status=PhotoStatus.RECEIVED)
    if not photos.update(attempts=F("attempts") + 1):
        return False
    photo.refresh_from_db()
    if photo.attempts > MAX_ATTEMPTS:
        photos.update(status=PhotoStatus.REFUSED, refusal="Cette photo n'a pas pu être préparée : renvoyez-la.")
        return False
    try:
        with default_storage.open(photo.original) as stored:
            made = derive(stored.read())
    except (PhotoRefused, FileNotFoundError) as refusal:
        reason = str(refusal) if isinstance(refusal, PhotoRefused) else "Le fichier reçu a disparu : renvoyez-la."
        photos.update(status=PhotoStatus.REFUSED, refusal=reason[:200])
        return False
    folder = f"photos/{photo.uuid.hex[:2]}/{photo.uuid}"
    display = default_storage.save(f"{folder}/display.jpg", ContentFile(made.display))
    thumbnail = default_storage.save(f"{folder}/thumbnail.jpg", ContentFile(made.thumbnail))
    won = photos.update(
        status=PhotoStatus.READY,
        display=display,
        thumbnail=thumbnail,
        width=made.width,
        height=made.height,
        original="",
    )
    if not won:
        default_storage.delete(display)
        default_storage.delete(thumbnail)
        return False
    transaction.on_commit(lambda: default_storage.delete(photo.original))
    return True
