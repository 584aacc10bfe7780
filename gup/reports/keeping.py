"""A report's files for ten years: each is read against its sum, and made again when the disk failed."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gup.reports.models import Report
from gup.reports.monthly import from_json
from gup.reports.render_csv import render_csv
from gup.reports.render_pdf import render_pdf

RENDERERS = {"pdf": render_pdf, "csv": render_csv}


class FileLost(Exception):
    """The file is gone or damaged, and this version of the product no longer makes it to the byte."""


def kept_file(report: Report, kind: str) -> bytes:
    """The PDF or the CSV as it was built. A damaged or missing one is made again from the stored figures, and put back.

    Raises FileLost when what is made again has not the sum that was noted, KeyError for another kind.
    """
    render, told = RENDERERS[kind], getattr(report, f"{kind}_sha256")
    data = _read(getattr(report, kind))
    if data is not None and _sum(data) == told:
        return data
    if report.figures is None:
        raise FileLost(f"{report} : pas de chiffres.")
    again = render(from_json(report.figures))
    if _sum(again) != told:
        raise FileLost(f"{report} : le {kind.upper()} est abîmé, et ne se refait pas à l'identique.")
    setattr(report, kind, _put_back(getattr(report, kind), again))
    report.save(update_fields=[kind])
    return again


def damaged_files(report: Report) -> list[str]:
    """Which of the report's files are not what was noted of them, in French; nothing is mended."""
    return [
        f"{kind.upper()} : abîmé ou absent"
        for kind in RENDERERS
        if (data := _read(getattr(report, kind))) is None or _sum(data) != getattr(report, f"{kind}_sha256")
    ]


def _put_back(name: str, data: bytes) -> str:
    """Under its own name, in place of what is there."""
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(data))


def _read(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            data: bytes = file.read()
    except OSError:
        return None
    return data


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
