"""The child process of `printed`: reads a document on its input, writes the PDF on its output, reads nothing else."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"


def main() -> None:
    """Only our own fonts and the template's folder are within reach; the date in the file is the document's own."""
    document = json.load(sys.stdin)
    template = Path(document["template"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiled = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=fonts,
        sys_inputs={"sheet": json.dumps(document["sheet"])},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromtimestamp(document["timestamp"], UTC),
    )
    sys.stdout.buffer.write(compiled)


if __name__ == "__main__":
    main()
