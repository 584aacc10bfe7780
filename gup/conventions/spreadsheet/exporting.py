"""A version as a workbook that imports to the same version."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from gup.conventions.enums import BasisChoice
from gup.conventions.models import ConventionVersion
from gup.conventions.spreadsheet import layout
from gup.conventions.spreadsheet.content import Content, Windows
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.stored import content_of
from gup.conventions.spreadsheet.wording import in_units
from gup.conventions.spreadsheet.workbook import Lines, workbook_bytes

_ONE_DAY = timedelta(days=1)


def export_version(version: ConventionVersion) -> bytes:
    """The .xlsx file of one version, project or activated."""
    return workbook_bytes(lines_of(content_of(version)), read_catalogue())


def lines_of(content: Content) -> dict[str, Lines]:
    """The lines of each sheet, by the keys of its columns."""
    version = content.version
    last_day = version.in_force_until - _ONE_DAY if version.in_force_until else None
    return {
        layout.CONVENTION.name: [_fields(content.convention)],
        layout.VERSION.name: [_fields(version) | {"last_day": last_day}],
        layout.PERIMETER.name: [{"quartier": slug} for slug in sorted(content.quartiers)],
        layout.CALENDARS.name: list(_weeks(content)),
        layout.CLOSURES.name: list(_closures(content)),
        layout.COMMITMENTS.name: [_fields(each) | _target(each.target, each.basis) for each in content.commitments],
        layout.STEPS.name: [_fields(each) | _offset(each.offset_seconds) for each in content.steps],
    }


def _fields(content: Any) -> dict[str, Any]:
    return {field.name: getattr(content, field.name) for field in fields(content)}


def _target(target: int | None, basis: str) -> dict[str, Any]:
    if target is None:
        return {"unit": None}
    amount, unit = in_units(target, basis)
    return {"target": amount, "unit": unit.value}


def _offset(seconds: int | None) -> dict[str, Any]:
    if seconds is None:
        return {}
    amount, unit = in_units(seconds, BasisChoice.WORKING_TIME)
    return {"offset": Decimal(amount), "unit": unit.value}


def _weeks(content: Content) -> Iterator[dict[str, Any]]:
    for code, calendar in content.calendars.items():
        for day, windows in calendar.weekly.items():
            for opens, closes in windows:
                yield {
                    "code": code,
                    "name": calendar.name,
                    "timezone": calendar.timezone,
                    "day": str(day),
                    "opens": opens,
                    "closes": closes,
                }


def _closures(content: Content) -> Iterator[dict[str, Any]]:
    for code, calendar in content.calendars.items():
        for day, closure in calendar.closures.items():
            # A closed day is one line without hours.
            windows: Windows | tuple[tuple[None, None]] = closure.windows or ((None, None),)
            for opens, closes in windows:
                yield {"code": code, "day": day, "opens": opens, "closes": closes, "label": closure.label}
