"""A convention of 2,000 commitments: read, checked, compared and written."""

from datetime import UTC, datetime
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gup.conventions.enums import CommitmentKind, Period
from gup.conventions.models import Commitment, ConventionVersion
from gup.conventions.spreadsheet.exporting import export_version
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.writing import write_project
from tests.benchmarks.measures import head, say, sized
from tests.factories import ResidenceFactory, signed_convention

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]
AT = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
ROWS = sized(small=20, default=2_000, full=2_000)


def test_a_large_convention_is_imported() -> None:
    residence = ResidenceFactory()
    bailleur = residence.managements.get().bailleur
    version = signed_convention(bailleur, [residence.quartier])
    Commitment.objects.bulk_create(
        Commitment(
            version=version,
            kind=CommitmentKind.RECURRENCE,
            label=f"Passage {number}",
            responsible=bailleur,
            times=1 + number % 7,
            period=Period.WEEK,
        )
        for number in range(ROWS - 2)
    )
    found = ConventionVersion.objects.select_related("convention__organisation").get(pk=version.pk)
    data = export_version(found)
    found.convention.delete()
    with CaptureQueriesContext(connection) as asked:
        begun = perf_counter()
        run = dry_run(data, at=AT)
        read = perf_counter() - begun
        write_project(data, state=run.state, by=None, at=AT)
        whole = perf_counter() - begun
    head("Import of a convention")
    say("commitments read, checked and compared", ROWS, read)
    say(f"and written, {len(asked)} queries", ROWS, whole, beside=("the dry run", read))
    assert Commitment.objects.filter(version__convention__slug=found.convention.slug).count() == ROWS
