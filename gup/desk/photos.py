"""Photos leave through here only: the two derived sizes, to whom the incident is visible. Originals never do."""

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gup.incidents.enums import PhotoStatus
from gup.incidents.models import Incident, Photo

SIZES = {"display", "thumbnail"}


def photo(request: HttpRequest, photo_uuid: uuid.UUID, size: str) -> FileResponse:
    found = get_object_or_404(
        Photo, uuid=photo_uuid, status=PhotoStatus.READY, incident__in=Incident.objects.visible_to(request.user)
    )
    return serve(found, size)


def serve(photo: Photo, size: str) -> FileResponse:
    """One size of a photo whose reader is known to be allowed. Raises Http404 for a size that is not made."""
    if size not in SIZES:
        raise Http404
    try:
        file = default_storage.open(photo.display if size == "display" else photo.thumbnail)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{photo.uuid}.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    return response
