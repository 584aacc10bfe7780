"""Cells that a spreadsheet must read as text, whatever they begin with."""

import unicodedata

# What a spreadsheet takes for a formula, full-width twins included (they normalise to these).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(text: str) -> str:
    """The text, behind an apostrophe when a spreadsheet would run it."""
    seen = unicodedata.normalize("NFKC", text)
    is_formula = seen.startswith(("\t", "\r")) or seen.lstrip(" \u00a0\u202f").startswith(FORMULA_STARTS)
    return f"'{text}" if is_formula else text
