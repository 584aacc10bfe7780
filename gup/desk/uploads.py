"""What a request may leave on the disk while it is read: never more than what is judged afterwards."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from gup.incidents.photo_files import MAX_BYTES

# One byte past the limit: the file is then refused by its weight, in words, and the rest of the form stands.
KEPT_OF_A_FILE = MAX_BYTES + 1
# Twice the photos that a form may carry.
KEPT_OF_A_REQUEST = 8 * KEPT_OF_A_FILE


class BoundedUploadHandler(FileUploadHandler):
    """Stands before Django's own: reads a heavy file to its end, and keeps its beginning only."""

    def __init__(self, request: object = None) -> None:
        super().__init__(request)  # type: ignore[arg-type]
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        room = min(KEPT_OF_A_FILE - start, KEPT_OF_A_REQUEST - self.kept)
        # What is given back goes on to the handlers that store; `start` counts all that came.
        kept = raw_data[: max(room, 0)]
        self.kept += len(kept)
        return kept or None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The handlers that store have the file."""
        return None
