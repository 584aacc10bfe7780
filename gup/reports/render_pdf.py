"""The month's figures as a tagged PDF (PDF/UA-1), set by Typst in a child process, which gives its memory back."""

import json
import subprocess
import sys

from gup.reports.monthly import MonthlyFigures
from gup.reports.sheet import sheet

# A report of a few pages takes a second; past a minute something is wrong with it.
TIMEOUT_SECONDS = 60


def render_pdf(figures: MonthlyFigures) -> bytes:
    """The PDF of these figures. Raises RuntimeError with the typesetter's own words when it refuses them."""
    document = {"sheet": sheet(figures), "timestamp": int(figures.cover.as_of.timestamp())}
    finished = subprocess.run(
        [sys.executable, "-m", "gup.reports.typesetting"],
        input=json.dumps(document).encode(),
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr.decode(errors="replace")[-2000:])
    return finished.stdout
