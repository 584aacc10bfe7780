"""What a spreadsheet opens without asking, and reads as text whatever it begins with."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | None

BOM = b"\xef\xbb\xbf"
# What a spreadsheet takes for a formula, full-width twins included (they normalise to these).
FORMULA_STARTS = ("=", "+", "-", "@")


def plain_cell(text: str) -> str:
    """The text, behind an apostrophe when a spreadsheet would run it.

    Spaces, controls and invisible characters before the sign count for nothing: some readers drop them.
    """
    seen = unicodedata.normalize("NFKC", text)
    first = next((each for each in seen if unicodedata.category(each)[0] not in "CZ"), "")
    starts_a_cell = text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if starts_a_cell or first in FORMULA_STARTS else text


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as UTF-8 with BOM, `;`, lines as Windows ends them; text neutralised, None empty."""
    return b"".join(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same file, a line at a time: a long one is sent while it is read."""
    yield BOM
    for row in rows:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([plain_cell(cell) if isinstance(cell, str) else cell for cell in row])
        yield out.getvalue().encode("utf-8")
