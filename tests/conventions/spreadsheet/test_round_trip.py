"""A version exported and imported again is the same version, field by field."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gup.conventions.models import Commitment, Convention, ConventionVersion, ServiceCalendar
from gup.conventions.spreadsheet.exporting import export_version
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.stored import content_of
from gup.conventions.spreadsheet.writing import write_project
from gup.reference.loading import load_reference

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
REFERENCE = ("gup-smhlm-demo", "gup-simar-demo", "gup-ozanam-demo", "ville-cacem-demo")


def rows(version: ConventionVersion) -> list[dict[str, Any]]:
    """Every field of every commitment as the database holds it, but keys."""
    names = [field.attname for field in Commitment._meta.concrete_fields]
    return [
        {name: value for name, value in row.items() if name not in ("id", "version_id", "calendar_id")}
        for row in Commitment.objects.filter(version=version).order_by("id").values(*names, "calendar__slug")
    ]


def test_the_reference_holds_these_conventions() -> None:
    load_reference()
    assert set(Convention.objects.values_list("slug", flat=True)) == set(REFERENCE)


@pytest.mark.parametrize("slug", REFERENCE)
def test_each_reference_convention_comes_back_the_same(slug: str) -> None:
    load_reference()
    version = ConventionVersion.objects.select_related("convention__organisation").get(convention__slug=slug)
    before, held = content_of(version), rows(version)
    data = export_version(version)
    run = dry_run(data, at=AT)
    assert (run.content, run.is_identical) == (before, True)
    # The same file where neither the convention nor its hours are known any more.
    Convention.objects.get(slug=slug).delete()
    ServiceCalendar.objects.filter(commitments__isnull=True).delete()
    written = write_project(data, state=dry_run(data, at=AT).state, by=None, at=AT)
    written = ConventionVersion.objects.select_related("convention__organisation").get(pk=written.pk)
    assert content_of(written) == before
    assert rows(written) == held
    assert written.activated_at is None
