"""The posters as one PDF."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from gup.posters.places import Place
from gup.posters.sheet import Format, poster_sheet
from gup.printing.printed import printed

TEMPLATES = Path(__file__).parent / "typst"


def posters_pdf(places: Iterable[Place], how: Format, *, at: datetime) -> bytes:
    """One poster or sticker a place, in the order given. Raises RuntimeError when the typesetter refuses."""
    return printed(TEMPLATES / f"{how}.typ", poster_sheet(places, today=timezone.localdate(at)), at=at)
