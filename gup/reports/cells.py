"""Cells that a spreadsheet must read as text, whatever they begin with."""

import unicodedata

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
