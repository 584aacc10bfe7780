"""A stored project beside the version it would follow."""

from datetime import datetime

from gup.conventions.models import ConventionVersion
from gup.conventions.spreadsheet.differences import Differences, differences
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.stored import content_of


def basis_of(versions: list[ConventionVersion], at: datetime) -> ConventionVersion | None:
    """What a version is compared with: the one in force at `at` (UTC), or else the last activated."""
    activated = [each for each in versions if each.activated_at is not None]
    in_force = next((each for each in activated if each.is_in_force(at)), None)
    return in_force or max(activated, key=lambda each: each.in_force_from, default=None)


def changes_of(version: ConventionVersion, *, at: datetime) -> tuple[ConventionVersion | None, Differences]:
    """The version that `version` is compared with at `at` (UTC), None for a new convention, and what it changes."""
    others = version.convention.versions.exclude(pk=version.pk).select_related("convention__organisation")
    basis = basis_of(list(others.prefetch_related("quartiers")), at)
    return basis, differences(content_of(basis) if basis else None, content_of(version), read_catalogue())
