"""A large file that a poor network takes in several goes (RFC 9110, section 14: ranges)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def resumable(request: HttpRequest, file: IO[bytes], *, size: int, name: str, sha256: str) -> HttpResponseBase:
    """The file, or the part that the client says it lacks of this very content; 416 for a part that is not there.

    `sha256` (hexadecimal) is the file's tag: a client that began another file gets this one whole.
    """
    tag = f'"{sha256}"'
    wanted = _asked(request, tag, size)
    if wanted is None:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted
    response = StreamingHttpResponse(_Part(file, start, end), content_type="application/zip")
    response["Content-Length"] = str(end - start)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Accept-Ranges"], response["ETag"] = "bytes", tag
    response["Cache-Control"] = "private, no-cache"
    if (start, end) != (0, size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _asked(request: HttpRequest, tag: str, size: int) -> tuple[int, int] | None:
    """The bytes [start, end) to send: all of them unless one range of this content is asked for."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-" or request.headers.get("If-Range", tag) != tag:
        return 0, size
    first, last = asked[1], asked[2]
    if not first:
        return (max(size - int(last), 0), size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    return (start, end) if start < end else None


class _Part:
    """The bytes [start, end) of a file, which is closed even when nobody came to read."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self.file, self.start, self.left = file, start, end - start

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        while self.left > 0 and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
