"""A project becomes what binds: from its day on, and nothing promised before changes afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gup.conventions.amendments import activate
from gup.conventions.enums import StageChoice
from gup.conventions.models import Commitment, ConventionVersion, Recalculation
from gup.incidents.models import Incident
from gup.incidents.projection import differences
from gup.incidents.recalculating import recalculate_due
from gup.partners.audit_models import AuditEntry
from gup.partners.models import User
from tests.factories import (
    HOUR,
    CommitmentFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def signed() -> ConventionVersion:
    """Repairs within 24 hours of the clock on the wall, in force since 2020."""
    residence = ResidenceFactory(bailleur=OrganisationFactory())
    return signed_convention(
        residence.managements.get().bailleur, [residence.quartier], hours={StageChoice.RESOLVE: 24 * 10}
    )


@pytest.fixture
def administrator() -> User:
    user: User = UserFactory(administrator=True)
    return user


def _project(
    signed: ConventionVersion, *, day: date = date(2026, 9, 12), hours: int = 48, **fields: object
) -> ConventionVersion:
    version: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=day,
        quartiers=list(signed.quartiers.all()),
        **fields,
    )
    CommitmentFactory(version=version, target=hours * HOUR)
    return version


def _incident(signed: ConventionVersion, at: datetime) -> Incident:
    made: Incident = IncidentFactory(residence=signed.quartiers.get().residences.get(), at=at)
    return made


def test_a_project_binds_nobody(signed: ConventionVersion) -> None:
    _project(signed, day=date(2026, 1, 1))
    incident = _incident(signed, NOW)
    assert incident.convention_version == signed
    assert incident.due_at == NOW + 10 * DAY


def test_an_activated_amendment_ends_the_version_before_it_and_binds_from_its_day(
    signed: ConventionVersion, administrator: User
) -> None:
    amendment = _project(signed)
    earlier = _incident(signed, NOW)
    activate(amendment, by=administrator, at=NOW)
    signed.refresh_from_db()
    assert (signed.in_force_until, amendment.activated_at) == (date(2026, 9, 12), NOW)
    assert AuditEntry.objects.filter(action="activation", actor=administrator.email).count() == 1
    # Midnight in Martinique is 4 h UTC: a second before, the signed version still binds.
    last = _incident(signed, datetime(2026, 9, 12, 3, 59, 59, tzinfo=UTC))
    first = _incident(signed, datetime(2026, 9, 12, 4, 0, tzinfo=UTC))
    assert (last.convention_version, first.convention_version) == (signed, amendment)
    assert first.due_at == first.reported_at + 2 * DAY
    recalculate_due(NOW + 3 * DAY)
    earlier.refresh_from_db()
    assert earlier.due_at == NOW + 10 * DAY


def test_open_incidents_follow_an_amendment_that_applies_to_them_from_its_day_on(
    signed: ConventionVersion, administrator: User
) -> None:
    amendment = _project(signed, applies_to_open=True)
    incident, resolved = _incident(signed, NOW), _incident(signed, NOW)
    resolved.resolve(by=UserFactory(agent=True, organisation=signed.convention.organisation), at=NOW, text="Réparé.")
    activate(amendment, by=administrator, at=NOW)
    assert recalculate_due(NOW + DAY) == 0
    begins = datetime(2026, 9, 12, 4, 0, tzinfo=UTC)
    assert differences(incident, begins - timedelta(seconds=1)) == []
    assert len(differences(incident, begins)) >= 1
    assert recalculate_due(begins) > 0
    incident.refresh_from_db()
    assert (incident.due_at, incident.convention_version) == (begins + 2 * DAY, amendment)
    assert differences(incident, begins) == []
    assert resolved.clocks.get(stage="resolve").due_at == NOW + 10 * DAY
    assert recalculate_due(begins) == 0


def test_a_verb_said_before_the_worker_came_by_folds_the_amendment_in(
    signed: ConventionVersion, administrator: User
) -> None:
    incident = _incident(signed, NOW)
    activate(_project(signed, applies_to_open=True), by=administrator, at=NOW)
    agent = UserFactory(agent=True, organisation=signed.convention.organisation)
    begins = datetime(2026, 9, 12, 4, 0, tzinfo=UTC)
    incident.acknowledge(by=agent, at=begins + timedelta(hours=1))
    assert Incident.objects.get(pk=incident.pk).due_at == begins + 2 * DAY


def test_what_was_closed_before_a_first_version_was_recorded_is_counted_under_it(administrator: User) -> None:
    residence = ResidenceFactory(bailleur=OrganisationFactory())
    bailleur = residence.managements.get().bailleur
    incident = IncidentFactory(residence=residence, at=NOW)
    incident.resolve(by=UserFactory(agent=True, organisation=bailleur), at=NOW + timedelta(hours=1), text="Réparé.")
    version = VersionFactory(
        project=True,
        convention__organisation=bailleur,
        in_force_from=date(2026, 9, 1),
        quartiers=[residence.quartier],
    )
    CommitmentFactory(version=version)
    activate(version, by=administrator, at=NOW + timedelta(hours=2))
    assert recalculate_due(NOW + timedelta(hours=2)) == 1
    incident.refresh_from_db()
    assert incident.convention_version == version
    assert differences(incident, NOW + timedelta(hours=2)) == []


def test_handed_over_an_incident_shows_the_version_that_binds_who_answers_now(
    signed: ConventionVersion, administrator: User
) -> None:
    """Reported before the amendment, handed over and back after it: the amendment bears on it."""
    incident, dsu = _incident(signed, NOW), UserFactory(reviewer=True)
    amendment = _project(signed, applies_to_open=True)
    activate(amendment, by=administrator, at=NOW)
    begins = datetime(2026, 9, 12, 4, 0, tzinfo=UTC)
    recalculate_due(begins)
    incident.refresh_from_db()
    incident.transfer(by=dsu, at=begins, to=OrganisationFactory(city_service=True), text="Voirie.")
    assert Incident.objects.get().convention_version is None
    incident.transfer(by=dsu, at=begins + timedelta(hours=1), to=signed.convention.organisation, text="Retour.")
    assert Incident.objects.get().convention_version == amendment
    assert differences(Incident.objects.get(), begins + timedelta(hours=1)) == []


def test_a_phone_that_was_offline_when_an_amendment_came_is_under_it(
    signed: ConventionVersion, administrator: User
) -> None:
    """Reported before the day, received after it: open then, so the amendment bears on it as on any other."""
    amendment = _project(signed, applies_to_open=True)
    activate(amendment, by=administrator, at=NOW)
    begins = datetime(2026, 9, 12, 4, 0, tzinfo=UTC)
    residence = signed.quartiers.get().residences.get()
    incident = IncidentFactory(residence=residence, at=begins + timedelta(hours=5), reported_at=NOW + DAY)
    assert (incident.convention_version, incident.due_at) == (amendment, begins + 2 * DAY)


def test_a_first_version_recorded_late_binds_what_was_reported_since_its_day(administrator: User) -> None:
    residence = ResidenceFactory(bailleur=OrganisationFactory())
    incident = IncidentFactory(residence=residence, at=NOW)
    version = VersionFactory(
        project=True,
        convention__organisation=residence.managements.get().bailleur,
        in_force_from=date(2026, 9, 1),
        quartiers=[residence.quartier],
    )
    CommitmentFactory(version=version)
    activate(version, by=administrator, at=NOW + timedelta(hours=1))
    recalculate_due(NOW + timedelta(hours=1))
    incident.refresh_from_db()
    assert (incident.convention_version, incident.due_at) == (version, NOW + DAY)


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 9, 10), "au plus tôt le lendemain"), (date(2019, 1, 1), "au plus tôt le lendemain")],
)
def test_an_amendment_never_begins_before_the_day_after(
    signed: ConventionVersion, administrator: User, day: date, said: str
) -> None:
    amendment = _project(signed, day=day)
    with pytest.raises(ValidationError, match=said):
        activate(amendment, by=administrator, at=NOW)
    signed.refresh_from_db()
    amendment.refresh_from_db()
    assert (signed.in_force_until, amendment.activated_at, Recalculation.objects.count()) == (None, None, 0)


def test_what_cannot_bind_is_refused_and_nothing_is_written(signed: ConventionVersion, administrator: User) -> None:
    empty = VersionFactory(project=True, convention=signed.convention, number=1, in_force_from=date(2026, 10, 1))
    with pytest.raises(ValidationError, match="aucun engagement"):
        activate(empty, by=administrator, at=NOW)
    CommitmentFactory(version=empty)
    with pytest.raises(ValidationError, match="aucun quartier"):
        activate(empty, by=administrator, at=NOW)
    empty.quartiers.set(signed.quartiers.all())
    with pytest.raises(PermissionDenied):
        activate(empty, by=UserFactory(reviewer=True), at=NOW)
    activate(empty, by=administrator, at=NOW)
    with pytest.raises(ValidationError, match="déjà activée"):
        activate(empty, by=administrator, at=NOW)
    again = VersionFactory(project=True, convention=signed.convention, number=2, in_force_from=date(2026, 10, 1))
    Commitment.objects.filter(version=empty).update(version=again)
    again.quartiers.set(signed.quartiers.all())
    with pytest.raises(ValidationError, match="le même jour"):
        activate(again, by=administrator, at=NOW)
