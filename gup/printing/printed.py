"""Tagged PDFs (PDF/UA-1), set by Typst in a child process, which gives its memory back."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

# A document of a few pages takes a second; past a minute something is wrong with it.
TIMEOUT_SECONDS = 60


def printed(template: Path, sheet: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF that a template makes of a sheet of words, dated `at` (UTC): the same sheet gives the same bytes.

    Raises RuntimeError with the typesetter's own words when it refuses them.
    """
    document = {"template": str(template), "sheet": sheet, "timestamp": int(at.timestamp())}
    finished = subprocess.run(
        [sys.executable, "-m", "gup.printing.typesetting"],
        input=json.dumps(document).encode(),
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr.decode(errors="replace")[-2000:])
    return finished.stdout
