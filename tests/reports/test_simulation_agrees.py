"""A project that repeats what is in force changes nothing; what is observed is what the monthly reports counted."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gup.conventions.enums import StageChoice
from gup.conventions.models import Commitment, Convention, ConventionVersion, EscalationStep
from gup.incidents.models import Incident
from gup.partners.models import User
from gup.reports.figures import monthly_figures
from gup.reports.models import Report
from gup.reports.simulation import simulate
from gup.service_levels.compliance import Rate
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
FIRST = datetime(2025, 11, 5, 12, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
INCIDENTS = 12


class Year:
    """A year of incidents that wait, change hands, are raised, contested and excused, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.bailleur, self.town = OrganisationFactory(), OrganisationFactory(city_service=True)
        self.residence = ResidenceFactory(bailleur=self.bailleur)
        self.signed = signed_convention(
            self.bailleur,
            [self.residence.quartier],
            hours={StageChoice.ACKNOWLEDGE: 4, StageChoice.ATTEND: 24, StageChoice.RESOLVE: 72},
        )
        self.tenants: User = UserFactory(association=True, residences=[self.residence])
        self.manager: User = UserFactory(manager=True, organisation=self.bailleur)
        self.dsu: User = UserFactory(administrator=True)
        self.category = CategoryFactory(priority="normal")
        for _ in range(INCIDENTS):
            self._tell()

    def project(self) -> ConventionVersion:
        """The signed version again, word for word, as a project."""
        made: ConventionVersion = VersionFactory(
            project=True,
            convention=self.signed.convention,
            number=1,
            in_force_from=date(2027, 1, 1),
            quartiers=[self.residence.quartier],
        )
        for model in (Commitment, EscalationStep):
            for row in model.objects.filter(version=self.signed):
                row.pk, row.version = None, made
                row.save(force_insert=True)
        return made

    def _tell(self) -> None:
        at = FIRST + self.chance.randrange(340 * 24) * AN_HOUR
        incident = IncidentFactory(residence=self.residence, category=self.category, by=self.tenants, at=at)
        self.at = at

        def later() -> datetime:
            self.at += self.chance.randrange(1, 30) * AN_HOUR
            return self.at

        incident.acknowledge(by=self.manager, at=later())
        if self.chance.random() < 0.4:
            incident.reprioritise(by=self.dsu, at=later(), priority="urgent", text="Une chute.")
        if self.chance.random() < 0.5:
            incident.hold(by=self.manager, at=later(), reason="legal_notice", text="Mise en demeure.")
            if self.chance.random() < 0.8:
                incident.resume(by=self.manager, at=later())
        if self.chance.random() < 0.2:
            incident.transfer(by=self.dsu, at=later(), to=self.town, text="Compétence de la Ville.")
            return
        if self.chance.random() < 0.8:
            incident.resolve(by=self.manager, at=later(), text="Réparé.")
            if self.chance.random() < 0.3:
                incident.contest(by=self.tenants, at=later(), text="Revenu.")
        self._excuse(incident)

    def _excuse(self, incident: Incident) -> None:
        for clock in incident.clocks.all():
            if clock.due_at is not None and clock.stopped_at is not None and clock.stopped_at > clock.due_at:
                incident.arbitrate(by=self.dsu, at=self.at + AN_HOUR, clock=clock, text="Route coupée.")
                return


@pytest.mark.parametrize("seed", range(3))
def test_a_project_that_repeats_what_is_in_force_changes_nothing(seed: int) -> None:
    found = simulate(Year(seed).project(), now=NOW)
    assert found.incidents == INCIDENTS
    assert (found.moved, found.directions, found.extended, found.reduced, found.losing) == ([], {}, 0, 0, 0)
    for line in (*found.stages, *found.families, *found.categories):
        assert line.observed == line.supposed
    assert found.levels
    assert all(level.observed == level.supposed for level in found.levels)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_observed_is_what_the_twelve_reports_counted(seed: int) -> None:
    year = Year(seed)
    found = simulate(year.project(), now=NOW)
    convention = Convention.objects.get()
    months = [date(2025, month, 1) for month in (11, 12)] + [date(2026, month, 1) for month in range(1, 11)]
    counted: dict[str, list[Any]] = {}
    for month in months:
        report = Report.objects.create(convention=convention, month=month, requested_at=NOW)
        for counted_line in monthly_figures(report, now=NOW).stages:
            counted.setdefault(counted_line.stage, []).append(counted_line)
    assert {line.stage for line in found.stages} == set(counted)
    for line in found.stages:
        rates = line.observed.rates
        for name in ("contractual", "strict", "arbitrated"):
            parts = [getattr(each, name) for each in counted[line.stage]]
            total = Rate(sum(part.held for part in parts), sum(part.missed for part in parts))
            assert getattr(rates, name) == total, (line.stage, name)
