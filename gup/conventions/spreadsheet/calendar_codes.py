"""A calendar that a file words otherwise than it stands becomes the project's own: nobody else's hours move."""

import re
from dataclasses import replace

from gup.conventions.models import Commitment, ServiceCalendar
from gup.conventions.spreadsheet.content import CalendarContent, Content
from gup.conventions.spreadsheet.stored import calendar_content

_LONGEST = 50


class CodeTaken(Exception):
    """The calendar `code` of the file differs from one that another version counts in, under every code tried."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def with_own_calendars(content: Content, project: int | None) -> Content:
    """The content with each calendar under the code where it is, or will be, stored.

    `project` is the key of the project that the content replaces. Raises CodeTaken. Three queries.
    """
    asked = {code: _own_code(content, code) for code in content.calendars}
    codes = {*asked, *asked.values()}
    stored = {
        each.slug: calendar_content(each)
        for each in ServiceCalendar.objects.filter(slug__in=codes).prefetch_related("exceptions")
    }
    others = set(
        Commitment.objects.filter(calendar__slug__in=codes)
        .exclude(version=project)
        .values_list("calendar__slug", flat=True)
    )
    places = {code: _place(code, own, content.calendars[code], stored, others) for code, own in asked.items()}
    return replace(
        content,
        calendars={places[code]: calendar for code, calendar in content.calendars.items()},
        commitments=tuple(
            replace(each, calendar=places[each.calendar]) if each.calendar else each for each in content.commitments
        ),
    )


def _place(code: str, own: str, wanted: CalendarContent, stored: dict[str, CalendarContent], others: set[str]) -> str:
    """The file's own code where nothing else stands there, or nobody else counts in what does."""
    for candidate in (code, own):
        if candidate not in stored or stored[candidate] == wanted or candidate not in others:
            return candidate
    raise CodeTaken(code)


def _own_code(content: Content, code: str) -> str:
    """Like "gup-simar-avenant-2": the convention, its version, and the calendar where it has another name."""
    base = re.sub(r"-avenant-\d+$", "", code)
    if not base.startswith(content.convention.slug):
        base = f"{content.convention.slug}-{base}"
    suffix = f"-avenant-{content.version.number}"
    return base[: _LONGEST - len(suffix)] + suffix
