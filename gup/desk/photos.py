"""Photos leave through here only: the two derived sizes, to whom the incident is visible. Originals never do."""

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response

from gup.incidents.enums import PhotoStatus
from gup.incidents.models import Incident, Photo

SIZES = {"display", "thumbnail"}


def photo(request: HttpRequest, photo_uuid: uuid.UUID, size: str) -> HttpResponseBase:
    found = get_object_or_404(
        Photo, uuid=photo_uuid, status=PhotoStatus.READY, incident__in=Incident.objects.visible_to(request.user)
    )
    return serve(request, found, size)


def serve(request: HttpRequest, photo: Photo, size: str) -> HttpResponseBase:
    """One size of a photo whose reader is known to be allowed. Raises Http404 for a size that is not made."""
    if size not in SIZES:
        raise Http404
    stored = photo.display if size == "display" else photo.thumbnail
    # Asked again at each reading, by the name of the file: what was blackened since is never shown as it was.
    tag = f'"{stored.rpartition("/")[2]}"'
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    try:
        file = default_storage.open(stored)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{photo.uuid}.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"], response["ETag"] = "private, no-cache", tag
    return response
