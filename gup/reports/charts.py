"""Charts as SVG, written by hand: the same on a page and in the PDF, readable in black and white."""

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from gup.reports.french import MONTHS, percent
from gup.service_levels.compliance import Rate
from gup.service_levels.french_time import MONTHS_SHORT

WIDTH, HEIGHT = 640, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 14, 24
INK, GRID, ACCENT = "#1d2b33", "#c9d3d6", "#0b6e6e"


def rate_curve(points: Sequence[tuple[date, Rate]], threshold_percent: int) -> str:
    """Twelve months of a held rate against its threshold: a line with marks, small samples hollow."""
    width = WIDTH - LEFT - RIGHT
    step = width / max(len(points) - 1, 1)
    drawn = [
        (LEFT + index * step, _height(rate.percent), month, rate)
        for index, (month, rate) in enumerate(points)
        if rate.percent is not None
    ]
    parts = [_axis(value) for value in (0, 50, 100)]
    y = _height(threshold_percent)
    parts.append(
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{INK}" stroke-width="1" '
        f'stroke-dasharray="5 3"/><text x="{WIDTH - RIGHT}" y="{y - 4:.1f}" text-anchor="end" font-size="11" '
        f'fill="{INK}">seuil {threshold_percent} %</text>'
    )
    line = " ".join(f"{x:.1f},{height:.1f}" for x, height, _, _ in drawn)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{ACCENT}" stroke-width="2.5"/>')
    for x, height, _month, rate in drawn:
        fill = "#ffffff" if rate.is_small else ACCENT
        parts.append(f'<circle cx="{x:.1f}" cy="{height:.1f}" r="4" fill="{fill}" stroke="{ACCENT}" stroke-width="2"/>')
    for index, (month, _) in enumerate(points):
        parts.append(
            f'<text x="{LEFT + index * step:.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11" '
            f'fill="{INK}">{MONTHS_SHORT[month.month - 1]}</text>'
        )
    return _svg("".join(parts), described(points, threshold_percent))


def described(points: Sequence[tuple[date, Rate]], threshold_percent: int) -> str:
    """The same curve in words, for whoever does not see it."""
    said = ", ".join(f"{MONTHS[month.month - 1]} {percent(rate)}" for month, rate in points)
    return f"Taux d'engagements tenus par mois, seuil {threshold_percent} % : {said}."


def _height(value: float | None) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value or 0) / 100)


def _axis(value: int) -> str:
    y = _height(value)
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}" stroke-width="1"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="11" fill="{INK}">{value}</text>'
    )


def _svg(body: str, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="Source Sans 3, sans-serif"><title>{escape(words)}</title>{body}</svg>'
    )
