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


def rate_curve(points: Sequence[tuple[date, Rate]], threshold_percent: int | None) -> str:
    """Twelve months of a held rate against the threshold, where there is one: a line with marks, small samples hollow.

    A month that decided nothing breaks the line: between its neighbours nothing is known.
    """
    step = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)
    places = [LEFT + index * step for index in range(len(points))]
    parts = [_axis(value) for value in (0, 50, 100)]
    if threshold_percent is not None:
        parts.append(_threshold(threshold_percent))
    for run in _unbroken(points, places):
        line = " ".join(f"{x:.1f},{_height(rate.percent):.1f}" for x, rate in run)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{ACCENT}" stroke-width="2.5"/>')
        parts += [_mark(x, rate) for x, rate in run]
    parts += [
        f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11" '
        f'fill="{INK}">{MONTHS_SHORT[month.month - 1]}</text>'
        for x, (month, _) in zip(places, points, strict=True)
    ]
    return _svg("".join(parts), described(points, threshold_percent))


def month_bars(counts: Sequence[tuple[date, int]], words: str) -> str:
    """One bar a month with its figure above it; the axis begins at zero and ends at the largest."""
    most = max((count for _, count in counts), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(len(counts), 1)
    parts = [_axis(0, label="0"), _axis(100, label=str(most))]
    for index, (month, count) in enumerate(counts):
        x, y = LEFT + (index + 0.5) * step, _height(100 * count / most)
        parts.append(
            f'<rect x="{x - step * 0.3:.1f}" y="{y:.1f}" width="{step * 0.6:.1f}" height="{_height(0) - y:.1f}" '
            f'fill="{ACCENT}"/><text x="{x:.1f}" y="{y - 3:.1f}" text-anchor="middle" font-size="11" '
            f'fill="{INK}">{count}</text><text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle" font-size="11" '
            f'fill="{INK}">{MONTHS_SHORT[month.month - 1]}</text>'
        )
    return _svg("".join(parts), words)


def described(points: Sequence[tuple[date, Rate]], threshold_percent: int | None) -> str:
    """The same curve in words, for whoever does not see it."""
    said = ", ".join(f"{MONTHS[month.month - 1]} {percent(rate)}" for month, rate in points)
    threshold = "" if threshold_percent is None else f", seuil {threshold_percent} %"
    return f"Taux d'engagements tenus par mois{threshold} : {said}."


def _unbroken(points: Sequence[tuple[date, Rate]], places: Sequence[float]) -> list[list[tuple[float, Rate]]]:
    """The months that follow each other and decided something, each at its place."""
    runs: list[list[tuple[float, Rate]]] = [[]]
    for x, (_, rate) in zip(places, points, strict=True):
        if rate.decided:
            runs[-1].append((x, rate))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _threshold(percent_promised: int) -> str:
    y = _height(percent_promised)
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{INK}" stroke-width="1" '
        f'stroke-dasharray="5 3"/><text x="{WIDTH - RIGHT}" y="{y - 4:.1f}" text-anchor="end" font-size="11" '
        f'fill="{INK}">seuil {percent_promised} %</text>'
    )


def _mark(x: float, rate: Rate) -> str:
    fill = "#ffffff" if rate.is_small else ACCENT
    y = _height(rate.percent)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{ACCENT}" stroke-width="2"/>'


def _height(value: float | None) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value or 0) / 100)


def _axis(value: int, label: str = "") -> str:
    y = _height(value)
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}" stroke-width="1"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="11" fill="{INK}">{label or value}</text>'
    )


def _svg(body: str, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="Source Sans 3, sans-serif"><title>{escape(words)}</title>{body}</svg>'
    )
