"""A small convention as a workbook, to spoil one cell at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from gup.conventions.enums import BasisChoice, CommitmentKind, Period, StageChoice
from gup.conventions.models import ConventionVersion
from gup.conventions.spreadsheet.exporting import export_version
from gup.conventions.spreadsheet.flaws import WrongFile
from gup.conventions.spreadsheet.importing import dry_run
from gup.partners.models import User
from tests.factories import (
    CalendarFactory,
    CategoryFactory,
    CommitmentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    signed_convention,
)

AT = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)


@dataclass
class Signed:
    """A convention in force: two delays (rows 2 and 3), a frequency, an availability, a score and a milestone."""

    version: ConventionVersion
    author: User

    @property
    def file(self) -> bytes:
        return export_version(self.version)

    def amended(self, *changes: tuple[str, str, Any]) -> bytes:
        """The file of avenant 1, from 2027 on, with other cells changed: ("Engagements", "K2", 4)."""
        amendment = [("Version", "A2", 1), ("Version", "B2", date(2027, 1, 1))]
        return edited(self.file, *amendment, *changes)


@pytest.fixture
def signed(db: None) -> Signed:
    bailleur = OrganisationFactory(name="Société d'essai (ESSAI)", slug="essai")
    residence = ResidenceFactory(bailleur=bailleur, name="Les Alizés")
    hours = CalendarFactory(slug="horaires-essai", name="Horaires d'essai", office_hours=True)
    hours.exceptions.create(day=date(2027, 5, 22), label="Abolition", windows=[])
    hours.exceptions.create(day=date(2027, 2, 10), label="Cendres", windows=[["07:30", "12:00"]])
    version = signed_convention(bailleur, [residence.quartier], calendar=hours, hours={StageChoice.RESOLVE: 24})
    category = CategoryFactory(name="Ascenseur en panne")
    common: dict[str, Any] = {"version": version, "stage": "", "basis": "", "target": None, "calendar": None}
    CommitmentFactory(
        version=version,
        category=category,
        residence=residence,
        priority="urgent",
        stage=StageChoice.ATTEND,
        basis=BasisChoice.WORKING_TIME,
        target=4 * 3600,
        calendar=hours,
        note="= une précision",
    )
    CommitmentFactory(kind=CommitmentKind.RECURRENCE, label="Halls", times=5, period=Period.WEEK, proof="QR", **common)
    CommitmentFactory(
        kind=CommitmentKind.AVAILABILITY, label="Ascenseurs", equipment="Ascenseur", min_rate="98.50", **common
    )
    CommitmentFactory(
        kind=CommitmentKind.QUALITY_LEVEL, label="Visite", grid="Halls", scale="0-100", threshold_score="70", **common
    )
    CommitmentFactory(kind=CommitmentKind.ACTION_MILESTONE, label="Charte", due_on=date(2027, 6, 30), **common)
    found = ConventionVersion.objects.select_related("convention__organisation").get(pk=version.pk)
    return Signed(found, UserFactory(administrator=True))


def edited(data: bytes, *changes: tuple[str, str, Any]) -> bytes:
    """The file with cells set: (sheet, place, value)."""

    def change(book: Workbook) -> None:
        for sheet, place, value in changes:
            book[sheet][place] = value

    return reworked(data, change)


def reworked(data: bytes, change: Callable[[Workbook], Any]) -> bytes:
    book = load_workbook(BytesIO(data))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def flaws_of(data: bytes) -> list[str]:
    """Every flaw of a file, in words; none when it can be imported."""
    try:
        dry_run(data, at=AT)
    except WrongFile as wrong:
        return [str(flaw) for flaw in wrong.flaws]
    return []
