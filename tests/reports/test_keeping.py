"""Ten years on a disk: a damaged file is found by its sum and made again, or said to be lost."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from gup.reports.building import build_requested
from gup.reports.keeping import FileLost, damaged_files, kept_file
from gup.reports.models import Report
from gup.reports.publishing import publish
from tests.reports.town import BUILT, HOUR, Town, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    town = Town()
    town.repaired(at(3), HOUR)
    made = town.report()
    assert build_requested(BUILT) == 1
    made.refresh_from_db()
    publish(made, by=town.dsu, at=BUILT)
    return made


def _overwrite(name: str, data: bytes | None) -> None:
    default_storage.delete(name)
    if data is not None:
        assert default_storage.save(name, ContentFile(data)) == name


@pytest.mark.parametrize("kind", ["pdf", "csv"])
@pytest.mark.parametrize("data", [b"abime", None])
def test_a_damaged_file_is_made_again_to_the_byte(report: Report, kind: str, data: bytes | None) -> None:
    good = kept_file(report, kind)
    _overwrite(getattr(report, kind), data)
    assert damaged_files(report) == [f"{kind.upper()} : abîmé ou absent"]
    with pytest.raises(CommandError):
        call_command("report", "2026-09", "--verify", convention=report.convention.slug if report.convention else None)
    client = Client()
    client.force_login(report.published_by)  # type: ignore[arg-type]
    assert client.get(f"/rapports/{report.pk}/rapport.{kind}").content == good
    assert damaged_files(Report.objects.get(pk=report.pk)) == []
    call_command("report", "2026-09", "--verify", convention=report.convention.slug if report.convention else None)


def test_what_cannot_be_made_again_is_said_to_be_lost(report: Report) -> None:
    _overwrite(report.pdf, b"abime")
    Report.objects.filter(pk=report.pk).update(pdf_sha256="0" * 64)
    report.refresh_from_db()
    with pytest.raises(FileLost):
        kept_file(report, "pdf")
    client = Client()
    client.force_login(report.published_by)  # type: ignore[arg-type]
    lost = client.get(f"/rapports/{report.pk}/rapport.pdf")
    assert (lost.status_code, "sauvegarde" in lost.content.decode()) == (410, True)
