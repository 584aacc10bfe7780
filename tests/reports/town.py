"""A town small enough to be counted by hand."""

from datetime import UTC, date, datetime, timedelta

from gup.conventions.enums import StageChoice
from gup.conventions.models import Convention
from gup.incidents.models import Incident
from gup.partners.models import User
from gup.reports.figures import monthly_figures
from gup.reports.models import Report
from gup.reports.monthly import MonthlyFigures
from gup.reports.requesting import request_report
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
BUILT = datetime(2026, 10, 8, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Town:
    """One bailleur that promises a repair in 24 hours, day and night."""

    def __init__(self) -> None:
        self.bailleur = OrganisationFactory()
        self.residence = ResidenceFactory(bailleur=self.bailleur)
        signed_convention(
            self.bailleur, [self.residence.quartier], hours={StageChoice.RESOLVE: 24}, in_force_from=date(2026, 8, 1)
        )
        self.manager: User = UserFactory(manager=True, organisation=self.bailleur)
        self.dsu: User = UserFactory(reviewer=True)
        self.tenants: User = UserFactory(association=True, residences=[self.residence])

    def opened(self, at: datetime, **given: object) -> Incident:
        made: Incident = IncidentFactory(residence=self.residence, at=at, by=self.tenants, **given)
        return made

    def repaired(self, at: datetime, after: timedelta, **given: object) -> Incident:
        incident = self.opened(at, **given)
        incident.resolve(by=self.manager, at=at + after, text="Fait.")
        return incident

    def report(self, month: date = SEPTEMBER) -> Report:
        return request_report(Convention.objects.get(), month, by=None, at=datetime(2027, 1, 1, 12, tzinfo=UTC))

    def figures(self, month: date = SEPTEMBER, now: datetime = BUILT) -> MonthlyFigures:
        return monthly_figures(self.report(month), now=now)


def at(day: int, hour: int = 12, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=UTC)
