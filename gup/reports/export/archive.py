"""Writing the archive: table by table, row by row, so that memory does not grow with the convention."""

import csv
import hashlib
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import orjson
from django.core.files.storage import default_storage

from gup.reports.enums import ReportStatus
from gup.reports.export.columns import as_cell, as_value
from gup.reports.export.tables import CLOCKS, Scope, Table, Values, tables_of
from gup.reports.models import Report
from gup.service_levels.stages import Verdict

FORMAT = 1
BOM = b"\xef\xbb\xbf"
CHUNK = 1 << 20
# Every entry has the archive's own age: the same rows give the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
PROGRESS_EVERY = 20_000
README = """Export de convention GUP, format 1.

tables/*.csv   UTF-8 avec BOM, « ; », dates ISO 8601 ; une apostrophe précède ce qu'un tableur calculerait
tables/*.json  les mêmes lignes, une par ligne, dans un tableau JSON ; les textes y sont exacts
rapports/      les rapports publiés, tels qu'ils l'ont été
dictionnaire.csv  ce que dit chaque colonne
manifeste.json    la convention, l'instant de l'export, les nombres de lignes et les chiffres par mois et étape
SHA256SUMS        l'empreinte de chaque fichier (sha256sum -c SHA256SUMS)

Pour vérifier : gup import-export FICHIER.zip
"""


@dataclass
class Written:
    """What went into the archive so far."""

    sums: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    decided: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    rows: int = 0


def write_archive(out: IO[bytes], scope: Scope, progress: Callable[[int], None]) -> Written:
    """Write the archive of `scope` to `out`; `progress` hears the rows written so far.

    Raises OSError when the disk is full: the caller keeps nothing of it.
    """
    done = Written()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _write(archive, "LISEZMOI.txt", README.encode(), done)
        for table in tables_of(scope):
            _write_table(archive, table, scope, done, progress)
        _write_reports(archive, scope, done)
        _write(archive, "dictionnaire.csv", _dictionary(scope), done)
        _write(archive, "manifeste.json", _manifest(scope, done), done)
        sums = "".join(f"{digest}  {name}\n" for name, digest in done.sums.items())
        _write(archive, "SHA256SUMS", sums.encode(), done)
    progress(done.rows)
    return done


def _write_table(
    archive: zipfile.ZipFile, table: Table, scope: Scope, done: Written, progress: Callable[[int], None]
) -> None:
    """The rows once from the database, into both forms: the JSON waits in a file of its own."""
    names, count = [column.name for column in table.columns], 0
    with tempfile.TemporaryFile() as waiting:
        with _entry(archive, f"tables/{table.name}.csv", done) as raw:
            raw.write(BOM)
            text = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
            writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
            writer.writerow(names)
            for row in table.rows(scope):
                values = [as_value(value) for value in row]
                writer.writerow([as_cell(value) for value in values])
                waiting.write(b",\n" if count else b"[\n")
                waiting.write(orjson.dumps(dict(zip(names, values, strict=True))))
                _count_decided(table, scope, row, done)
                count += 1
                if count % PROGRESS_EVERY == 0:
                    progress(done.rows + count)
            text.flush()
            text.detach()
        waiting.write(b"\n]\n" if count else b"[]\n")
        waiting.seek(0)
        with _entry(archive, f"tables/{table.name}.json", done) as json:
            while chunk := waiting.read(CHUNK):
                json.write(chunk)
    done.lines[table.name] = count
    done.rows += count


def _count_decided(table: Table, scope: Scope, row: Values, done: Written) -> None:
    """Held and missed by month and stage, of the convention's own promises: what a report of that month begins from."""
    if table is not CLOCKS:
        return
    stage, convention, verdict, month = row[1], row[4], row[-2], row[-1]
    if convention == scope.convention.slug and verdict in (Verdict.HELD, Verdict.MISSED):
        done.decided[month, stage, verdict] += 1


def _write_reports(archive: zipfile.ZipFile, scope: Scope, done: Written) -> None:
    published = Report.objects.using(scope.alias).filter(convention=scope.convention, status=ReportStatus.PUBLISHED)
    for report in published.order_by("month").only("month", "pdf", "csv"):
        for kind, stored in (("pdf", report.pdf), ("csv", report.csv)):
            with (
                default_storage.open(stored) as file,
                _entry(archive, f"rapports/{report.month:%Y-%m}.{kind}", done) as out,
            ):
                while chunk := file.read(CHUNK):
                    out.write(chunk)


def _dictionary(scope: Scope) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["table", "colonne", "type", "sens"])
    for table in tables_of(scope):
        writer.writerow([table.name, "", "", table.meaning])
        writer.writerows([table.name, column.name, column.kind, column.meaning] for column in table.columns)
    return BOM + text.getvalue().encode()


def _manifest(scope: Scope, done: Written) -> bytes:
    figures = [
        {"mois": month, "etape": stage, "verdict": verdict, "nombre": number}
        for (month, stage, verdict), number in sorted(done.decided.items())
    ]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "convention": scope.convention.slug,
        "fuseau": scope.convention.timezone,
        "instant": as_value(scope.as_of),
        "nominatif": scope.with_contacts,
        "lignes": done.lines,
        "decides": figures,
    }
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"


def _write(archive: zipfile.ZipFile, name: str, data: bytes, done: Written) -> None:
    with _entry(archive, name, done) as out:
        out.write(data)


class _Summing(io.RawIOBase):
    """Passes bytes on to an entry, and takes their SHA-256."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.digest = out, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.out.write(data)
        return len(data)


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str, done: Written) -> Iterator[Any]:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as out:
        summing = _Summing(out)
        buffered = io.BufferedWriter(summing, CHUNK)
        yield buffered
        buffered.flush()
    done.sums[name] = summing.digest.hexdigest()
