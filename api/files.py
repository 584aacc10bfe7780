"""Files leave through here: as what we made them, never guessed by a browser, never run."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404


def private_file(stored: str, *, name: str, content_type: str, inline: bool = False) -> FileResponse:
    """A stored file, for a reader known to be allowed. Raises Http404 while there is none."""
    if not stored:
        raise Http404
    try:
        file = default_storage.open(stored)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    # What is shown is asked again at each reading: a part of it may have been blackened since.
    response["Cache-Control"] = "private, no-cache" if inline else "private, no-store"
    return response
