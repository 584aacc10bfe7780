"""One convention of each kind on one residence, signed for real, and the people who record what is done."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Category, Commitment, Convention, ConventionVersion
from gup.inspections.judging import month_of
from gup.inspections.lines import KindsMonth, Line
from gup.inspections.models import Passage
from gup.inspections.recording import record_passage
from gup.partners.models import Organisation, User
from gup.places.models import QrCode, Residence, Spot
from tests.factories import (
    CategoryFactory,
    CommitmentFactory,
    ConventionFactory,
    OrganisationFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    VersionFactory,
)

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def at(day: int, hour: int = 12, minute: int = 0, month: int = 9) -> datetime:
    """An instant of 2026, UTC: noon is 8:00 in Le Lamentin."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@dataclass
class Estate:
    bailleur: Organisation
    residence: Residence
    convention: Convention
    version: ConventionVersion
    lift: Spot
    code: str
    lift_out: Category
    people: dict[str, User] = field(default_factory=dict)

    def promise(self, kind: CommitmentKind, **terms: Any) -> Commitment:
        fields = {"stage": "", "basis": "", "target": None, "calendar": None, "version": self.version, **terms}
        return CommitmentFactory(kind=kind, **fields)

    def recurrence(self, times: int = 2, period: str = "week", **terms: Any) -> Commitment:
        label = terms.pop("label", "Nettoyage des halls")
        return self.promise(CommitmentKind.RECURRENCE, label=label, times=times, period=period, **terms)

    def availability(self, min_rate: str = "98.50", **terms: Any) -> Commitment:
        terms = {"equipment": "Ascenseurs", "min_rate": Decimal(min_rate), "period": "month", **terms}
        return self.promise(CommitmentKind.AVAILABILITY, label="Disponibilité : Ascenseurs", **terms)

    def quality(self, **terms: Any) -> Commitment:
        terms = {"grid": "Propreté", "scale": "0-100", "threshold_score": "70.0", "walks_per_year": 2, **terms}
        return self.promise(CommitmentKind.QUALITY_LEVEL, label="Propreté, 15 critères", **terms)

    def milestone(self, due_on: date, **terms: Any) -> Commitment:
        return self.promise(CommitmentKind.ACTION_MILESTONE, label="Charte signée", due_on=due_on, **terms)

    def scan(self, commitment: Commitment, when: datetime, **given: Any) -> Passage:
        given = {"by": self.people["agent"], "at": when, "proof": "qr", "code": self.code, **given}
        passage, _ = record_passage(commitment, self.residence, **given)
        return passage

    def month(self, month: date = SEPTEMBER, as_of: datetime | None = None) -> KindsMonth:
        return month_of(self.convention, month, as_of or at(8, month=month.month + 1))

    def line(self, month: date = SEPTEMBER, as_of: datetime | None = None) -> Line:
        (found,) = self.month(month, as_of).lines
        return found


@pytest.fixture
def estate(db: None) -> Estate:
    bailleur = OrganisationFactory(name="Société d'essai (ESSAI)")
    residence = ResidenceFactory(bailleur=bailleur)
    convention = ConventionFactory(organisation=bailleur, is_illustrative=False)
    version = VersionFactory(convention=convention, quartiers=[residence.quartier])
    lift = SpotFactory(residence=residence)
    made = Estate(
        bailleur=bailleur,
        residence=residence,
        convention=convention,
        version=version,
        lift=lift,
        code=QrCode.objects.create(residence=residence, spot=lift).code,
        lift_out=CategoryFactory(slug="lift-out"),
    )
    made.people = {
        "association": UserFactory(association=True, residences=[residence]),
        "agent": UserFactory(agent=True, organisation=bailleur),
        "manager": UserFactory(manager=True, organisation=bailleur),
        "service": UserFactory(service=True),
        "reviewer": UserFactory(reviewer=True),
        "administrator": UserFactory(administrator=True),
        "committee": UserFactory(committee=True),
        "stranger": UserFactory(agent=True),
    }
    return made
