"""The month's figures as a tagged PDF."""

from pathlib import Path

from gup.printing.printed import printed
from gup.reports.monthly import MonthlyFigures
from gup.reports.sheet import sheet

TEMPLATE = Path(__file__).parent / "typst" / "monthly.typ"


def render_pdf(figures: MonthlyFigures) -> bytes:
    """The PDF of these figures. Raises RuntimeError with the typesetter's own words when it refuses them."""
    return printed(TEMPLATE, sheet(figures), at=figures.cover.as_of)
