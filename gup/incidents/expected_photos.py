"""The photos a phone announced: the incident stands without them, and says how many it awaits."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from gup.incidents.errors import InvalidInput
from gup.incidents.models import ExpectedPhoto, Photo

if TYPE_CHECKING:
    from gup.incidents.models import Incident

# What one report may announce: a phone's form takes four, a walk a few more.
MAX_EXPECTED = 8


def expect(incident: "Incident", announced: Iterable[tuple[UUID, str]]) -> None:
    """Note the photos to come, each by its name and its SHA-256. Raises InvalidInput (field "photos")."""
    rows = [ExpectedPhoto(incident=incident, uuid=name, sha256=sha256) for name, sha256 in announced]
    if len(rows) > MAX_EXPECTED:
        raise InvalidInput(f"{MAX_EXPECTED} photos au plus par signalement.", field="photos")
    try:
        with transaction.atomic():
            ExpectedPhoto.objects.bulk_create(rows)
    except IntegrityError as twice:
        raise InvalidInput("Une de ces photos est déjà annoncée ailleurs.", field="photos") from twice


def awaited(incident: "Incident") -> QuerySet[ExpectedPhoto]:
    """Those announced that have not come, in the order of their announcement."""
    come = Photo.objects.filter(incident=OuterRef("incident"))
    met = come.filter(Q(uuid=OuterRef("uuid")) | Q(sha256=OuterRef("sha256")))
    return incident.expected_photos.exclude(Exists(met))
