"""How pages say figures: through the report's own words."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from gup.conventions.enums import StageChoice
from gup.reports import french
from gup.reports.monthly import MonthlyFigures
from gup.reports.sheet import sheet as sheet_of
from gup.service_levels.compliance import Rate

register = template.Library()


@register.filter
def duration(seconds: int | None) -> str:
    return french.duration(seconds)


@register.filter
def percent(rate: Rate) -> str:
    return french.percent(rate)


@register.filter
def points(difference: float | None) -> str:
    return french.points(difference)


@register.filter
def stage_label(stage: str) -> str:
    return StageChoice(stage).label


@register.filter
def sheet(figures: MonthlyFigures) -> dict[str, Any]:
    return sheet_of(figures)


@register.filter
def safe_svg(drawing: str) -> SafeString:
    """A chart of ours: its words were escaped when it was drawn."""
    return mark_safe(drawing)


@register.filter
def hyphens(name: str) -> str:
    """A verb's name as addresses write it."""
    return name.replace("_", "-")
