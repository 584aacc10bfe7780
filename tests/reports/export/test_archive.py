"""A convention leaves as one archive, and comes back as what it was; what is wrong with an archive is told."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from gup.conventions.models import Convention
from gup.incidents.models import Incident
from gup.reports.building import build_requested
from gup.reports.enums import ExportStatus
from gup.reports.export.archive import write_archive
from gup.reports.export.reading import check_archive
from gup.reports.export.snapshot import one_snapshot
from gup.reports.export.tables import INCIDENTS, Scope
from gup.reports.export_models import ConventionExport
from gup.reports.exporting import SILENT, build_exports, forget_exports, request_export
from gup.reports.publishing import publish
from tests.api.conftest import committed
from tests.factories import UserFactory
from tests.reports.town import BUILT, HOUR, Town, at

# The archive reads on a connection of its own, which sees what is committed.
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "snapshot"]),
    pytest.mark.usefixtures("committed"),
]
__all__ = ["committed"]
NOVEMBER = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def town() -> Town:
    """September: one repair held, one missed and excused, one of tranquillity; the report is published."""
    made = Town()
    made.repaired(at(3), 10 * HOUR, title="=1+1 ; « ascenseur »\nen panne")
    late = made.repaired(at(4), 40 * HOUR)
    made.repaired(at(5), 50 * HOUR, is_confidential=True, title="Voisin du 3e")
    late.arbitrate(by=made.dsu, at=at(5, month=10), clock=late.clocks.get(), text="Route coupée.")
    report = made.report()
    assert build_requested(BUILT) == 1
    report.refresh_from_db()
    publish(report, by=made.dsu, at=BUILT)
    return made


def _exported(path: Path, *, with_contacts: bool = False) -> zipfile.ZipFile:
    call_command("export", Convention.objects.get().slug, str(path), with_contacts=with_contacts)
    return zipfile.ZipFile(path)


def _rows(opened: zipfile.ZipFile, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = orjson.loads(opened.read(f"tables/{table}.json"))
    return rows


def test_an_archive_is_read_back_with_the_figures_of_the_published_report(town: Town, tmp_path: Path) -> None:
    opened = _exported(tmp_path / "town.zip")
    checked = check_archive(tmp_path / "town.zip")
    assert checked.flaws == []
    assert checked.decided == {("2026-09", "resolve", "held"): 1, ("2026-09", "resolve", "missed"): 2}
    (report,) = _rows(opened, "rapports")
    (line,) = report["chiffres"]["stages"]  # type: ignore[index]
    assert line["contractual"] == {"held": 1, "missed": 2}
    assert opened.read("rapports/2026-09.pdf").startswith(b"%PDF-")
    assert checked.lines["arbitrages"] == 1
    call_command("import_export", str(tmp_path / "town.zip"))


def test_both_forms_say_the_same_and_a_spreadsheet_runs_none_of_it(town: Town, tmp_path: Path) -> None:
    opened = _exported(tmp_path / "town.zip")
    first, *_ = _rows(opened, "incidents")
    assert first["titre"] == Incident.objects.earliest("pk").title
    text = opened.read("tables/incidents.csv").decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert lines[0]["titre"] == f"'{first['titre']}"
    assert lines[0]["signale_le"] == "2026-09-03T12:00:00Z"
    told = list(csv.DictReader(io.StringIO(opened.read("dictionnaire.csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["colonne"] for row in told if row["table"] == "incidents"} - {""} == set(first)


def test_names_and_words_of_the_confidential_travel_only_when_asked(town: Town, tmp_path: Path) -> None:
    plain = _exported(tmp_path / "plain.zip")
    everything = b"".join(plain.read(name) for name in plain.namelist() if name.startswith("tables/"))
    assert b"Voisin du 3e" not in everything
    assert town.tenants.email.encode() not in everything and town.tenants.full_name.encode() not in everything
    assert len(_rows(plain, "incidents")) == 3
    named = _exported(tmp_path / "named.zip", with_contacts=True)
    assert "Voisin du 3e" in [row["titre"] for row in _rows(named, "incidents")]
    assert {row["signalant"] for row in _rows(named, "contacts")} == {town.tenants.full_name}
    assert check_archive(tmp_path / "named.zip").flaws == []


def _altered(source: Path, target: Path, name: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for each in before.namelist():
            data = before.read(each)
            after.writestr(each, data.replace(old, new) if each == name else data)
    return target


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("tables/delais.json", b'"held"', b'"missed"', "recompté"),
        ("tables/delais.json", b'"mois":"2026-09"', b'"mois":"2026-08"', "recompté"),
        ("tables/incidents.csv", b"resolved", b"closed", "le CSV et le JSON diffèrent"),
        ("tables/arbitrages.json", b'"incident":"GUP', b'"incident":"PUG', "inconnu de l'export"),
        ("tables/rapports.json", b'"missed":2', b'"missed":1', "l'empreinte publiée"),
        ("manifeste.json", b'"nombre": 2', b'"nombre": 3', "2 recomptés, 3 annoncés"),
        ("rapports/2026-09.csv", b"tenus", b"perdus", "l'empreinte n'est pas celle annoncée"),
        ("manifeste.json", b'"format": 1', b'"format": 9', "Format 9 inconnu"),
    ],
)
def test_what_was_changed_in_an_archive_is_told(
    town: Town, tmp_path: Path, name: str, old: bytes, new: bytes, told: str
) -> None:
    _exported(tmp_path / "town.zip")
    assert old in zipfile.ZipFile(tmp_path / "town.zip").read(name)
    altered = _altered(tmp_path / "town.zip", tmp_path / "altered.zip", name, old, new)
    assert any(told in flaw for flaw in check_archive(altered).flaws), check_archive(altered).flaws
    with pytest.raises(CommandError):
        call_command("import_export", str(altered))


def test_a_file_that_is_no_archive_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "x.zip"
    broken.write_bytes(b"PK\x03\x04 pas une archive")
    assert "ne se lit pas" in check_archive(broken).flaws[0]
    assert "ne se lit pas" in check_archive(tmp_path / "absent.zip").flaws[0]


def test_an_archive_is_one_instant_s_while_others_write(town: Town, tmp_path: Path) -> None:
    with (tmp_path / "town.zip").open("wb") as out, one_snapshot() as alias:
        scope = Scope(Convention.objects.get(), NOVEMBER, alias)
        assert INCIDENTS.count(scope) == 3
        town.opened(at(20))
        write_archive(out, scope, lambda _: None)
    assert check_archive(tmp_path / "town.zip").lines["incidents"] == 3
    assert Incident.objects.count() == 4


def test_the_worker_builds_what_was_asked_once(town: Town) -> None:
    convention = Convention.objects.get()
    asked = request_export(convention, by=town.dsu, at=NOVEMBER)
    assert request_export(convention, by=town.dsu, at=NOVEMBER) == asked
    assert (build_exports(NOVEMBER), build_exports(NOVEMBER)) == (1, 0)
    asked.refresh_from_db()
    assert (asked.status, asked.rows_done) == (ExportStatus.READY, asked.rows_total)
    assert request_export(convention, by=town.dsu, at=NOVEMBER) != asked


def test_a_build_that_was_killed_is_taken_up_again(town: Town) -> None:
    asked = request_export(Convention.objects.get(), by=town.dsu, at=NOVEMBER)
    killed = ConventionExport.objects.filter(pk=asked.pk)
    killed.update(status=ExportStatus.BUILDING, attempts=1, seen_at=NOVEMBER)
    assert build_exports(NOVEMBER) == 0, "another process is writing it"
    assert build_exports(NOVEMBER + SILENT + HOUR) == 1


def test_a_full_disk_leaves_nothing_behind_and_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    asked = request_export(Convention.objects.get(), by=town.dsu, at=NOVEMBER)
    monkeypatch.setattr("gup.reports.exporting.write_archive", full)
    for _ in range(3):
        assert build_exports(NOVEMBER) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.file) == (ExportStatus.FAILED, "")
    assert "No space left" in asked.last_error
    assert build_exports(NOVEMBER) == 0


def test_an_archive_is_forgotten_after_a_week(town: Town) -> None:
    asked = request_export(Convention.objects.get(), by=UserFactory(administrator=True), at=NOVEMBER)
    build_exports(NOVEMBER)
    assert forget_exports(NOVEMBER) == 0
    assert forget_exports(NOVEMBER + 8 * 24 * HOUR) == 1
    asked.refresh_from_db()
    assert (asked.status, asked.file) == (ExportStatus.FORGOTTEN, "")
