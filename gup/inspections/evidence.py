"""The files that show something was done: a photo without its metadata, or the PDF of a signed sheet."""

import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gup.incidents.errors import InvalidInput
from gup.incidents.photo_files import PhotoRefused, derive
from gup.inspections.enums import EvidenceType

# A scanned sheet of a few pages; a photo has its own limits.
MAX_SHEET_BYTES = 10 * 1024 * 1024
EXTENSIONS = {EvidenceType.PHOTO: "jpg", EvidenceType.PDF: "pdf"}
# Readers look for the header in the first kilobyte and for the end mark in the last one.
_EDGE = 1024


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that can be kept. `sha256` is that of the bytes received, before a photo is drawn again."""

    content: bytes
    type: EvidenceType
    sha256: str


def examine(data: bytes, *, field: str = "evidence", photo_only: bool = False) -> Evidence:
    """What a file is, by its content: a PDF as it came, a photo drawn again without any metadata.

    Raises InvalidInput, naming `field`, for anything else and for a file too heavy.
    """
    digest = hashlib.sha256(data).hexdigest()
    if data[:_EDGE].lstrip().startswith(b"%PDF-"):
        return _sheet(data, digest, field, photo_only=photo_only)
    try:
        return Evidence(derive(data).display, EvidenceType.PHOTO, digest)
    except PhotoRefused as refusal:
        if refusal.code != "not_a_photo" or photo_only:
            raise InvalidInput(str(refusal), field=field) from refusal
        words = "Ce fichier n'est ni une photo (JPEG, PNG, WebP, HEIC) ni un PDF."
        raise InvalidInput(words, field=field) from refusal


def store(evidence: Evidence, record_uuid: uuid.UUID) -> str:
    """Keep the file of a record; returns where."""
    name = f"inspections/{record_uuid.hex[:2]}/{record_uuid}.{EXTENSIONS[evidence.type]}"
    return default_storage.save(name, ContentFile(evidence.content))


def _sheet(data: bytes, digest: str, field: str, *, photo_only: bool) -> Evidence:
    if photo_only:
        raise InvalidInput("Ce fichier est un PDF : joignez une photo, ou choisissez « Feuille signée ».", field=field)
    if len(data) > MAX_SHEET_BYTES:
        raise InvalidInput(f"Ce PDF pèse plus de {MAX_SHEET_BYTES // 1024 // 1024} Mo.", field=field)
    if b"%%EOF" not in data[-_EDGE:]:
        raise InvalidInput("Ce PDF est abîmé ou incomplet : renvoyez-le.", field=field)
    return Evidence(data, EvidenceType.PDF, digest)
