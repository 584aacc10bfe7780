"""A file that is no workbook, or too much of one, is refused with one sentence."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from gup.conventions.spreadsheet.opening import MAX_BYTES
from tests.conventions.spreadsheet.conftest import Signed, flaws_of, reworked

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "le fichier est vide"),
        (b"Nature;Libell\xe9\n", "ce n'est pas un classeur .xlsx"),
        (b"%PDF-1.7 " + b"x" * 2000, "ce n'est pas un classeur .xlsx"),
        (b"PK\x03\x04" + b"\x00" * 40, "endommagé ou incomplet"),
        (OLE + b"\x00" * 600, "ancien format .xls"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "protégé par un mot de passe"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "ce n'est pas un classeur .xlsx"),
        (zipped({"xl/workbook.xml": b"<not"}), "endommagé"),
        (zipped({"xl/workbook.xml": b"", "bomb": b"\x00" * 40_000_000}), "décompressé, est trop gros"),
        (zipped({"xl/workbook.xml": b""} | {f"part{n}": b"" for n in range(300)}), "décompressé, est trop gros"),
        (b"\x00" * (MAX_BYTES + 1), "plus de 1000 ko"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_sentence(data: bytes, reason: str) -> None:
    (flaw,) = flaws_of(data)
    assert flaw.startswith("Fichier : ")
    assert reason in flaw


def test_a_workbook_cut_short_or_spoilt_inside_is_damaged(signed: Signed) -> None:
    (flaw,) = flaws_of(signed.file[:-400])
    assert "endommagé" in flaw
    parts = unzipped(signed.file)
    for name in ("xl/worksheets/sheet7.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        assert any("endommagé" in flaw for flaw in flaws_of(zipped(parts | {name: parts[name][:-30]}))), name


def test_an_entity_that_would_swell_does_not(signed: Signed) -> None:
    parts = unzipped(signed.file)
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "dix">{entities}]>'.encode()
    name = "xl/worksheets/sheet2.xml"
    spoilt = zipped(parts | {name: bomb + parts[name].replace(b"<t>", b"<t>&a11;", 1)})
    assert any("endommagé" in flaw for flaw in flaws_of(spoilt))


def test_a_part_that_declares_less_than_it_holds_is_damaged(signed: Signed) -> None:
    parts = unzipped(signed.file)
    name = "xl/worksheets/sheet2.xml"
    data = bytearray(zipped({name: parts[name] + b" " * 5_000_000} | {k: v for k, v in parts.items() if k != name}))
    held = len(parts[name]) + 5_000_000
    # Its size, in the local header and in the directory.
    while (at := data.find(struct.pack("<I", held))) >= 0:
        data[at : at + 4] = struct.pack("<I", 100)
    assert any("endommagé" in flaw for flaw in flaws_of(bytes(data)))


def test_more_than_5_000_rows_are_refused(signed: Signed) -> None:
    def fill(book: object) -> None:
        for _ in range(5_001):
            book["Périmètre"].append(["x"])  # type: ignore[index]

    assert any("plus de 5000 lignes" in flaw for flaw in flaws_of(reworked(signed.file, fill)))


def test_a_row_far_below_is_read_too(signed: Signed) -> None:
    def put(book: object) -> None:
        book["Périmètre"]["A900000"] = "Nulle part"  # type: ignore[index]

    assert any("Périmètre, ligne 900000" in flaw for flaw in flaws_of(reworked(signed.file, put)))
