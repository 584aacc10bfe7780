"""An address as a picture that a phone scans, drawn on the page where it is shown."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn(address: str) -> SafeString:
    """The address as an SVG of our own making, black on white whatever the theme."""
    out = BytesIO()
    segno.make(address, micro=False).save(out, kind="svg", border=4, scale=6, xmldecl=False, svgns=False, light="#fff")
    return mark_safe(out.getvalue().decode())
