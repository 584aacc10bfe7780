"""Conventions at the desk: each reads those that bind its places, the DSU's administration imports and activates."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from gup.conventions.enums import BasisChoice, StageChoice
from gup.conventions.models import Commitment, ConventionVersion
from gup.conventions.spreadsheet.exporting import export_version
from tests.conventions.spreadsheet.conftest import edited
from tests.desk.conftest import Desk
from tests.factories import CommitmentFactory, VersionFactory, signed_convention

As = Callable[[str], Client]
IMPORT, CONFIRM = "/conventions/importer/", "/conventions/importer/confirmer/"


def amendment(*changes: tuple[str, str, object]) -> bytes:
    version = ConventionVersion.objects.select_related("convention__organisation").get(number=0)
    start = timezone.localdate() + timedelta(days=30)
    return edited(export_version(version), ("Version", "A2", 1), ("Version", "B2", start), *changes)


def deposited(data: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile("avenant.xlsx", data)}


@pytest.fixture
def signed(desk: Desk) -> ConventionVersion:
    return ConventionVersion.objects.select_related("convention__organisation").get()


def test_the_promises_are_sentences(desk: Desk, as_: As, signed: ConventionVersion) -> None:
    for stage, target in ((StageChoice.RESOLVE, 24), (StageChoice.ATTEND, 4)):
        basis = BasisChoice.WORKING_TIME if target == 4 else BasisChoice.ELAPSED_TIME
        CommitmentFactory(version=signed, category=desk.category, stage=stage, target=target * 3600, basis=basis)
    page = as_("association").get(f"/conventions/{signed.convention.slug}/0/")
    told = [line.sentence.replace("\u00a0", " ") for chapter in page.context["chapters"] for line in chapter.lines]
    assert told == [
        "Tout incident : prise en charge sous 4 h, remise en état sous 24 h",
        f"{desk.category} : sur place sous 4 h ouvrées, remise en état sous 24 h",
    ]
    assert "à 75\u202f% du délai" in page.content.decode()


def test_a_project_is_the_dsu_s_alone(desk: Desk, as_: As, signed: ConventionVersion) -> None:
    VersionFactory(convention=signed.convention, number=1, project=True, in_force_from=date(2090, 1, 1))
    slug = signed.convention.slug
    for role in ("association", "agent", "manager", "service", "committee"):
        assert [row["version"].number for row in as_(role).get("/conventions/").context["rows"]] == [0]
        assert as_(role).get(f"/conventions/{slug}/1/").status_code == 404
        assert as_(role).get(f"/conventions/{slug}/1/convention.xlsx").status_code == 404
    for role in ("reviewer", "administrator"):
        assert [row["version"].number for row in as_(role).get("/conventions/").context["rows"]] == [1, 0]
    page = as_("reviewer").get(f"/conventions/{slug}/1/")
    assert "Ce que ce projet changerait" in page.content.decode()
    assert "/activer/" not in page.content.decode()
    assert as_("reviewer").post(f"/conventions/{slug}/1/activer/").status_code == 403


def test_the_administration_reads_a_file_again_then_records_and_activates_it(
    desk: Desk, as_: As, signed: ConventionVersion
) -> None:
    client = as_("administrator")
    shown = client.post(IMPORT, deposited(amendment(("Engagements", "K3", 12))))
    assert "24\u00a0h</del>" in shown.content.decode()
    assert ConventionVersion.objects.count() == 1
    answer = client.post(CONFIRM, {"agreed": shown.context["agreed"]})
    slug = signed.convention.slug
    assert answer["Location"] == f"/conventions/{slug}/1/"
    assert not ConventionVersion.objects.activated().filter(number=1).exists()
    page = client.get(f"/conventions/{slug}/1/").content.decode()
    assert "Ce que ce projet changerait" in page
    assert client.post(f"/conventions/{slug}/1/activer/").status_code == 302
    assert client.post(f"/conventions/{slug}/1/activer/").status_code == 409
    project = ConventionVersion.objects.activated().get(number=1)
    signed.refresh_from_db()
    assert signed.in_force_until == project.in_force_from
    assert client.post(f"/conventions/{slug}/1/supprimer/").status_code == 409


def test_a_project_is_deleted(desk: Desk, as_: As, signed: ConventionVersion) -> None:
    VersionFactory(convention=signed.convention, number=1, project=True)
    client = as_("administrator")
    assert client.post(f"/conventions/{signed.convention.slug}/1/supprimer/")["Location"] == "/conventions/"
    assert ConventionVersion.objects.count() == 1


def test_every_flaw_is_on_the_page_and_nothing_is_written(desk: Desk, as_: As) -> None:
    data = amendment(("Engagements", "K2", 0), ("Escalades", "E3", None))
    page = as_("administrator").post(IMPORT, deposited(data))
    assert page.status_code == 400
    assert [(flaw.sheet, flaw.row, flaw.letter) for flaw in page.context["flaws"]] == [
        ("Engagements", 2, "K"),
        ("Escalades", 3, "E"),
    ]
    assert "2 erreurs : rien n'a été enregistré" in page.content.decode()
    assert ConventionVersion.objects.count() == 1


def test_no_file_an_empty_one_and_another_thing_are_refused(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    for sent in ({}, deposited(b""), deposited(b"%PDF"), deposited(b"x" * 1_500_000)):
        assert client.post(IMPORT, sent).status_code == 400


def test_the_same_file_again_changes_nothing(desk: Desk, as_: As, signed: ConventionVersion) -> None:
    page = as_("administrator").post(IMPORT, deposited(export_version(signed)))
    assert "Rien ne change." in page.content.decode()
    assert CONFIRM not in page.content.decode()


def test_what_was_not_shown_cannot_be_confirmed(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    agreed = client.post(IMPORT, deposited(amendment())).context["agreed"]
    for forged in ("", "x", agreed[:-3], "0" + agreed):
        assert client.post(CONFIRM, {"agreed": forged}).status_code == 400
    assert ConventionVersion.objects.count() == 1


def test_of_two_people_who_confirm_the_second_reads_again(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    first, second = (
        client.post(IMPORT, deposited(amendment(("Engagements", "K2", hours)))).context["agreed"] for hours in (2, 3)
    )
    assert client.post(CONFIRM, {"agreed": first}).status_code == 302
    page = client.post(CONFIRM, {"agreed": second})
    assert page.status_code == 409
    assert "modifiée par quelqu" in page.content.decode()
    assert Commitment.objects.filter(version__number=1, target=2 * 3600).exists()
    assert client.post(CONFIRM, {"agreed": page.context["agreed"]}).status_code == 302


def test_the_workbook_and_the_template_are_downloaded(desk: Desk, as_: As, signed: ConventionVersion) -> None:
    for role, address in (
        ("association", f"/conventions/{signed.convention.slug}/0/convention.xlsx"),
        ("administrator", "/conventions/modele.xlsx"),
    ):
        answer = as_(role).get(address)
        assert "attachment" in answer["Content-Disposition"]
        assert "Engagements" in load_workbook(BytesIO(answer.content)).sheetnames


def test_the_pages_cost_the_same_for_1_and_for_20(
    desk: Desk, as_: As, signed: ConventionVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = as_("manager"), f"/conventions/{signed.convention.slug}/0/"
    for number in range(20):
        CommitmentFactory(
            version=signed,
            category=desk.category,
            priority="",
            kind="recurrence",
            times=1 + number,
            period="week",
            stage="",
        )
        signed_convention(desk.bailleur, [desk.residence.quartier])
    # session, user, memberships, their residences, alerts in force, the versions, their quartiers
    with django_assert_max_num_queries(8):
        assert len(client.get("/conventions/").context["rows"]) == 21
    # the version; its commitments, calendars, exceptions, steps, quartiers
    with django_assert_max_num_queries(12):
        client.get(address)
