"""The child process of render_pdf: reads the sheet on its input, writes the PDF on its output, reads nothing else."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import typst

HERE = Path(__file__).parent


def main() -> None:
    """Only our own fonts and templates are within reach; the date in the file is the figures' own."""
    document = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
    compiled = typst.compile(
        str(HERE / "typst" / "monthly.typ"),
        root=str(HERE / "typst"),
        font_paths=fonts,
        sys_inputs={"sheet": json.dumps(document["sheet"])},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromtimestamp(document["timestamp"], UTC),
    )
    sys.stdout.buffer.write(compiled)


if __name__ == "__main__":
    main()
