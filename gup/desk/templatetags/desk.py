"""How pages say figures: through the report's own words."""

from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from gup.conventions.enums import StageChoice
from gup.reports import french
from gup.reports.monthly import MonthlyFigures
from gup.reports.sheet import sheet as sheet_of
from gup.service_levels import french_time
from gup.service_levels.compliance import Rate

register = template.Library()


@register.filter
def duration(seconds: int | None) -> str:
    return french.duration(seconds)


@register.filter
def percent(rate: Rate) -> str:
    return french.percent(rate)


@register.filter
def length_words(seconds: int) -> str:
    """Like "2 h 10": a length of a clock's own time, never turned into days."""
    return french_time.length(seconds)


@register.filter
def moment(instant: int) -> str:
    """Like "lun. 5 oct. à 7 h 40", of an instant in seconds."""
    return french_time.when(instant, ZoneInfo(settings.TIME_ZONE))


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
