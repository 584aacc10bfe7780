"""The photos that wait to be derived, a batch at a time."""

from gup.incidents.enums import PhotoStatus
from gup.incidents.models import Photo
from gup.incidents.photos import derive_photo


def derive_waiting(*, limit: int = 20) -> int:
    """Derive the photos received and not yet ready, oldest first; returns how many became ready."""
    waiting = Photo.objects.filter(status=PhotoStatus.RECEIVED).order_by("id")[:limit]
    return sum(derive_photo(photo) for photo in waiting)
