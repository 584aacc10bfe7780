"""A file becomes a project: shown first, written whole, replaced by its next edition, never over what binds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gup.conventions.amendments import activate
from gup.conventions.models import Commitment, Convention, ConventionVersion, EscalationStep, ServiceCalendar
from gup.conventions.spreadsheet.flaws import Outdated, WrongFile
from gup.conventions.spreadsheet.importing import DryRun, dry_run
from gup.conventions.spreadsheet.writing import delete_project, write_project
from gup.partners.models import AuditEntry
from tests.conventions.spreadsheet.conftest import AT, Signed, edited, flaws_of, reworked
from tests.factories import CategoryFactory, CommitmentFactory, UserFactory, VersionFactory


def imported(signed: Signed, data: bytes) -> ConventionVersion:
    return write_project(data, state=dry_run(data, at=AT).state, by=signed.author, at=AT)


def told(run: DryRun) -> list[str]:
    return [str(each) for _, found in run.changes.by_sheet for each in found]


def counts() -> tuple[int, ...]:
    models: list[Any] = [Convention, ConventionVersion, Commitment, EscalationStep, ServiceCalendar, AuditEntry]
    return tuple(model.objects.count() for model in models)


def test_a_dry_run_says_what_changes_and_writes_nothing(signed: Signed) -> None:
    before = counts()
    run = dry_run(
        signed.amended(
            ("Calendriers", "F2", "16:00"),
            ("Fermetures", "E3", "Abolition de l'esclavage"),
            ("Engagements", "K3", 2),
            ("Engagements", "B7", "Charte signée"),
            ("Escalades", "B3", 90),
        ),
        at=AT,
    )
    name = signed.version.convention.name
    assert told(run) == [
        f"modifié : {name} (Numéro : 0 → 1 ; En vigueur du : 01/01/2020 → 01/01/2027)",
        "modifié : Horaires d'essai (lundi : 07:30-15:00 → 07:30-16:00 ; "
        "22/05/2027 : fermé (Abolition) → fermé (Abolition de l'esclavage))",
        "modifié : Venue sur place en 4 h (Délai : 4\u00a0h ouvrées → 2\u00a0h ouvrées)",
        "modifié : Charte signée (Libellé : Charte → Charte signée)",
        "modifié : niveau 2 (Part du délai (%) : 100 → 90)",
    ]
    assert (run.in_force, run.is_identical) == (str(signed.version), False)
    assert counts() == before


def test_a_commitment_that_comes_or_goes_is_said_so(signed: Signed) -> None:
    data = reworked(signed.amended(("Engagements", "I2", "Prise en charge")), lambda b: b["Engagements"].delete_rows(4))
    assert told(dry_run(data, at=AT))[1:] == [
        "retiré : Rétablissement en 24 h",
        "retiré : Halls",
        "ajouté : Rétablissement en 24 h",
    ]


def test_nothing_changed_is_said_too(signed: Signed) -> None:
    run = dry_run(signed.file, at=AT)
    assert (told(run), run.is_identical) == ([], True)


def test_a_project_binds_nobody_and_its_second_import_writes_nothing(signed: Signed) -> None:
    data = signed.amended(("Engagements", "K2", 12), ("Calendriers", "F2", "16:00"))
    project = imported(signed, data)
    assert (project.number, project.activated_at, project.commitments.count()) == (1, None, 6)
    before = counts()
    assert dry_run(data, at=AT).is_identical
    assert imported(signed, data) == project
    assert counts() == before


def test_a_project_imported_again_replaces_the_former_and_leaves_no_calendar_behind(signed: Signed) -> None:
    project = imported(signed, signed.amended(("Calendriers", "F2", "16:00")))
    own = f"{signed.version.convention.slug}-horaires-essai-avenant-1"
    assert ServiceCalendar.objects.get(slug=own).weekly["0"] == [["07:30", "16:00"]]
    assert ServiceCalendar.objects.get(slug="horaires-essai").weekly["0"] == [["07:30", "15:00"]]
    again = imported(signed, signed.amended(("Engagements", "K2", 6)))
    assert (again.pk, again.commitments.count()) == (project.pk, 6)
    assert not ServiceCalendar.objects.filter(slug=own).exists()


def test_a_project_exported_and_edited_keeps_its_own_hours(signed: Signed) -> None:
    from gup.conventions.spreadsheet.exporting import export_version

    project = imported(signed, signed.amended(("Calendriers", "F2", "16:00")))
    project = ConventionVersion.objects.select_related("convention__organisation").get(pk=project.pk)
    calendars = ServiceCalendar.objects.count()
    run = dry_run(edited(export_version(project), ("Calendriers", "F2", "17:00")), at=AT)
    assert any("lundi : 07:30-15:00 → 07:30-17:00" in each for each in told(run))
    imported(signed, edited(export_version(project), ("Calendriers", "F2", "17:00")))
    own = ServiceCalendar.objects.get(commitments__version=project, commitments__stage="attend")
    assert own.weekly["0"] == [["07:30", "17:00"]]
    assert (ServiceCalendar.objects.count(), own.revision) == (calendars, 2)


def test_an_activated_version_is_never_replaced(signed: Signed) -> None:
    data = signed.amended(("Engagements", "K2", 12))
    activate(imported(signed, data), by=signed.author, at=AT)
    assert dry_run(data, at=AT).is_identical
    with pytest.raises(WrongFile, match="engage déjà"):
        dry_run(signed.amended(("Engagements", "K2", 13)), at=AT)


def test_of_two_imports_at_once_the_second_is_refused(signed: Signed) -> None:
    first, second = signed.amended(("Engagements", "K2", 12)), signed.amended(("Engagements", "K2", 13))
    seen = [dry_run(data, at=AT).state for data in (first, second)]
    write_project(first, state=seen[0], by=signed.author, at=AT)
    before = counts()
    with pytest.raises(Outdated, match="vient d'être modifiée"):
        write_project(second, state=seen[1], by=signed.author, at=AT)
    assert counts() == before


def test_only_the_administration_of_the_dsu_imports_and_deletes(signed: Signed) -> None:
    data, reviewer = signed.amended(), UserFactory(reviewer=True)
    with pytest.raises(PermissionDenied):
        write_project(data, state=dry_run(data, at=AT).state, by=reviewer, at=AT)
    project = imported(signed, data)
    with pytest.raises(PermissionDenied):
        delete_project(project, by=reviewer, at=AT)


def test_a_project_is_deleted_with_what_it_brought_and_an_activated_version_is_not(signed: Signed) -> None:
    before = counts()[:-1]
    delete_project(imported(signed, signed.amended(("Calendriers", "F2", "16:00"))), by=signed.author, at=AT)
    assert counts()[:-1] == before
    with pytest.raises(ValidationError, match="ne se supprime pas"):
        delete_project(signed.version, by=signed.author, at=AT)


def test_an_amendment_dated_today_is_told_that_it_cannot_be_activated(signed: Signed) -> None:
    run = dry_run(signed.amended(("Version", "B2", AT.date())), at=AT)
    assert any("ne pourra pas être activé" in remark for remark in run.remarks)


def test_example_rows_are_left_aside_and_counted(signed: Signed) -> None:
    run = dry_run(signed.amended(("Périmètre", "A3", "Exemple : un quartier")), at=AT)
    assert run.remarks == ("1 ligne(s) d'exemple laissée(s) de côté.",)


def test_text_that_begins_like_a_formula_is_sheltered_and_comes_back(signed: Signed) -> None:
    texts = ["=1+1", "+33", "-20 %", "@somme", "'=déjà", "''", "＝plein", "'quotidien"]  # noqa: RUF001
    for number, text in enumerate(texts):
        fields = {"stage": "", "basis": "", "target": None, "calendar": None, "due_on": date(2027, 1, 1)}
        CommitmentFactory(version=signed.version, kind="action_milestone", label=text, note=str(number), **fields)

    def check(book: Any) -> None:
        for row in book["Engagements"].iter_rows(min_row=8, max_row=7 + len(texts)):
            assert row[1].data_type == "s"
            assert not row[1].value.startswith(("=", "+", "-", "@"))

    reworked(signed.file, check)
    run = dry_run(signed.file, at=AT)
    assert run.is_identical
    assert [each.label for each in run.content.commitments[6:]] == texts


def test_2_000_commitments_are_a_handful_of_queries(signed: Signed) -> None:
    categories = CategoryFactory.create_batch(20)
    Commitment.objects.bulk_create(
        Commitment(
            version=signed.version,
            kind="recurrence",
            label=f"Passage {number}",
            responsible=signed.version.convention.organisation,
            category=categories[number % 20],
            times=1 + number % 7,
            period="week",
        )
        for number in range(1_994)
    )
    data = signed.amended(("Engagements", "K2", 12))
    with CaptureQueriesContext(connection) as asked:
        project = imported(signed, data)
    assert project.commitments.count() == 2_000
    # SQLite takes so many values a statement, and no more: there the rows are some fifty statements, elsewhere two.
    others = [each for each in asked if not each["sql"].startswith('INSERT INTO "conventions_commitment"')]
    assert len(others) < 70, "two dry runs, the one shown and the one under the lock, and the writing"


def test_the_commands_import_activate_and_export(signed: Signed, tmp_path: Path, capsys: Any) -> None:
    path, back = tmp_path / "avenant.xlsx", tmp_path / "back.xlsx"
    far = edited(signed.amended(("Engagements", "K2", 12)), ("Version", "B2", date(2390, 1, 1)))
    path.write_bytes(far)
    call_command("import_convention", str(path), dry_run=True)
    assert "Délai : 24\u00a0h → 12\u00a0h" in capsys.readouterr().out
    assert ConventionVersion.objects.count() == 1
    with pytest.raises(CommandError, match="--by"):
        call_command("import_convention", str(path), activate=True)
    call_command("import_convention", str(path), activate=True, by=signed.author.email)
    assert ConventionVersion.objects.get(number=1).activated_at is not None
    call_command("import_convention", str(path))
    assert "déjà enregistré" in capsys.readouterr().out
    call_command("export_convention", signed.version.convention.slug, "--version", "1", str(back))
    call_command("import_convention", str(back), dry_run=True)
    assert flaws_of(back.read_bytes()) == []


def test_a_refused_activation_leaves_no_project_behind(signed: Signed, tmp_path: Path) -> None:
    path = tmp_path / "avenant.xlsx"
    path.write_bytes(edited(signed.amended(), ("Version", "B2", date(2021, 1, 1))))
    with pytest.raises(CommandError, match="au plus tôt le lendemain"):
        call_command("import_convention", str(path), activate=True, by=signed.author.email)
    assert ConventionVersion.objects.count() == 1


def test_a_wrong_file_says_every_flaw_at_the_command_line(signed: Signed, tmp_path: Path) -> None:
    path = tmp_path / "avenant.xlsx"
    path.write_bytes(signed.amended(("Engagements", "K2", 0), ("Escalades", "E2", None)))
    with pytest.raises(CommandError, match=r"(?s)2 erreur.*Engagements, ligne 2.*Escalades, ligne 2"):
        call_command("import_convention", str(path))
    with pytest.raises(CommandError, match="lecture impossible"):
        call_command("import_convention", str(tmp_path / "none.xlsx"))
    with pytest.raises(CommandError, match="Convention inconnue"):
        call_command("export_convention", "nulle", str(path))
    with pytest.raises(CommandError, match="n'existe pas"):
        call_command("export_convention", signed.version.convention.slug, "--version", "9", str(path))


def test_a_version_of_another_number_may_stand_as_a_project_beside(signed: Signed) -> None:
    VersionFactory(convention=signed.version.convention, number=2, project=True, in_force_from=date(2027, 1, 1))
    assert flaws_of(signed.amended()) == []
