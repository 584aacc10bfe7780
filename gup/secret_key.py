"""The secret of an installation that was given none: drawn once, kept beside its data."""

import contextlib
import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, drawn at the first call.

    Written whole under another name, then linked: of two processes that start together, both read the same one.
    Raises OSError if the folder cannot be written.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret is the one
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
