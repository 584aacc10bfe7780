"""From bytes to a workbook, or one sentence that says why not. Nothing is unpacked before its size is known."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from gup.conventions.spreadsheet.flaws import Flaw, WrongFile

# 2,000 commitments weigh about 200 kB.
MAX_BYTES = 1_000_000
MAX_UNPACKED = 32_000_000
MAX_PARTS = 200
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def open_workbook(data: bytes) -> Workbook:
    """The workbook, formulas as they are written. Raises WrongFile with the one reason it cannot be opened."""
    _refuse_what_is_no_workbook(data)
    try:
        return load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    # A damaged part makes openpyxl fail in as many ways as XML and zip can be wrong.
    except Exception as damaged:
        raise unreadable(
            "le fichier est endommagé : ouvrez-le dans un tableur et enregistrez-le de nouveau."
        ) from damaged


def unreadable(reason: str) -> WrongFile:
    return WrongFile([Flaw("", 0, 0, "", reason)])


def _refuse_what_is_no_workbook(data: bytes) -> None:
    if not data:
        raise unreadable("le fichier est vide.")
    if len(data) > MAX_BYTES:
        raise unreadable(f"le fichier pèse plus de {MAX_BYTES // 1000} ko.")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable("le fichier est protégé par un mot de passe : enregistrez-le sans protection.")
        raise unreadable("c'est un ancien format .xls : enregistrez-le au format .xlsx.")
    try:
        with ZipFile(BytesIO(data)) as archive:
            _refuse_what_would_swell(archive)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        if data.startswith(b"PK"):
            raise unreadable("le fichier est endommagé ou incomplet : demandez-le de nouveau.") from broken
        raise unreadable("ce n'est pas un classeur .xlsx.") from broken


def _refuse_what_would_swell(archive: ZipFile) -> None:
    """The sizes are those that the archive declares: unpacking stops there, whatever it holds."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise unreadable("le fichier, une fois décompressé, est trop gros.")
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable("le fichier est protégé par un mot de passe : enregistrez-le sans protection.")
    if "xl/workbook.xml" not in archive.namelist():
        raise unreadable("ce n'est pas un classeur .xlsx (un document OpenDocument s'enregistre aussi en .xlsx).")
