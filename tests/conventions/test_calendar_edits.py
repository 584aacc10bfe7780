"""Hours edited while clocks run: what was counted stands, what is due later is counted again."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from gup.conventions.amendments import activate
from gup.conventions.calendar_edits import DatedExceptions, edit_calendar
from gup.conventions.calendar_models import Windows
from gup.conventions.enums import BasisChoice
from gup.conventions.models import CalendarRevision, Commitment, Convention, Recalculation, ServiceCalendar
from gup.incidents.models import Clock, Incident
from gup.incidents.projection import differences
from gup.incidents.recalculating import concerned, recalculate_due
from gup.partners.models import User
from tests.factories import (
    CalendarFactory,
    CommitmentFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
# A Thursday, 8 h in Martinique: the office is open from 7 h 30 to 15 h.
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FRIDAY = (int(datetime(2026, 9, 18, tzinfo=UTC).timestamp()), int(datetime(2026, 9, 19, tzinfo=UTC).timestamp()))
MORNINGS: dict[str, Windows] = {str(day): [["07:30", "11:30"]] for day in range(5)}


@pytest.fixture
def administrator() -> User:
    user: User = UserFactory(administrator=True)
    return user


@pytest.fixture
def incident() -> Incident:
    """Repair promised in 10 hours of opening."""
    residence = ResidenceFactory(bailleur=OrganisationFactory())
    signed_convention(
        residence.managements.get().bailleur, [residence.quartier], calendar=CalendarFactory(office_hours=True)
    )
    Commitment.objects.filter(stage="resolve").update(basis=BasisChoice.WORKING_TIME, target=10 * 3600)
    made: Incident = IncidentFactory(residence=residence, at=NOW)
    return made


def _due(incident: Incident) -> datetime | None:
    return incident.clocks.get(stage="resolve").due_at


def _edit(by: User, at: datetime, weekly: dict[str, Windows], exceptions: DatedExceptions | None = None) -> None:
    edit_calendar(ServiceCalendar.objects.get(), weekly=weekly, exceptions=exceptions or {}, by=by, at=at)


def test_a_running_clock_is_due_by_the_new_hours_from_the_edit_on(incident: Incident, administrator: User) -> None:
    assert _due(incident) == datetime(2026, 9, 11, 14, 30, tzinfo=UTC)
    # Thursday 12 h: four hours were worked. Then mornings: Friday 7 h 30 to 11 h 30, and two hours on Monday.
    _edit(administrator, NOW + 4 * HOUR, MORNINGS)
    assert recalculate_due(NOW + 4 * HOUR) == 1
    assert _due(incident) == datetime(2026, 9, 14, 13, 30, tzinfo=UTC)
    assert differences(incident, NOW + 4 * HOUR) == []


def test_a_closure_learnt_afterwards_moves_nothing_that_is_decided(incident: Incident, administrator: User) -> None:
    """Friday is written as closed on the Monday after: who was late on Friday stays late."""
    office: dict[str, Windows] = {str(day): [["07:30", "15:00"]] for day in range(5)}
    monday = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
    _edit(administrator, monday, office, {date(2026, 9, 11): ("Grève", [])})
    recalculate_due(monday)
    assert _due(incident) == datetime(2026, 9, 11, 14, 30, tzinfo=UTC)
    assert differences(incident, monday) == []


def test_two_edits_each_keep_the_hours_before_them(incident: Incident, administrator: User) -> None:
    _edit(administrator, NOW + 4 * HOUR, MORNINGS)
    _edit(administrator, NOW + 30 * HOUR, {"0": [["00:00", "24:00"]]})
    recalculate_due(NOW + 30 * HOUR)
    # Thursday four hours, Friday four hours, then two hours from Sunday's midnight.
    assert _due(incident) == datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
    assert list(CalendarRevision.objects.values_list("number", "until")) == [(1, NOW + 4 * HOUR), (2, NOW + 30 * HOUR)]


def test_only_clocks_of_that_calendar_due_after_the_edit_are_read(incident: Incident, administrator: User) -> None:
    elsewhere = ResidenceFactory(bailleur=OrganisationFactory())
    signed_convention(elsewhere.managements.get().bailleur, [elsewhere.quartier])
    IncidentFactory(residence=elsewhere, at=NOW)
    calendar = incident.clocks.get(stage="resolve").commitment.calendar
    assert calendar is not None
    edit_calendar(calendar, weekly=MORNINGS, exceptions={}, by=administrator, at=NOW + HOUR)
    assert list(concerned(Recalculation.objects.get())) == [incident]


def test_hours_edited_twice_are_never_read_from_an_edit_that_was_undone(
    incident: Incident, administrator: User
) -> None:
    """The same row, the same revision, other hours: an edit is written and given up, then another one is made."""
    with contextlib.suppress(RuntimeError), transaction.atomic():
        _edit(administrator, NOW + HOUR, MORNINGS)
        assert ServiceCalendar.objects.get().compiled().elapsed(*FRIDAY) == 4 * 3600
        raise RuntimeError
    assert ServiceCalendar.objects.get().compiled().elapsed(*FRIDAY) == 7.5 * 3600
    _edit(administrator, NOW + HOUR, {"4": [["08:00", "10:00"]]})
    assert ServiceCalendar.objects.get().compiled().elapsed(*FRIDAY) == 2 * 3600


def test_a_calendar_read_before_it_was_edited_is_compiled_as_it_now_is(administrator: User) -> None:
    read_before = CalendarFactory(office_hours=True)
    _edit(administrator, NOW + HOUR, MORNINGS)
    assert read_before.compiled().elapsed(*FRIDAY) == 4 * 3600


def test_a_repair_announced_after_the_edit_began_is_folded_again_too(incident: Incident, administrator: User) -> None:
    """The worker comes by once the incident is repaired: its due had moved, whether it was still running or not."""
    _edit(administrator, NOW + 4 * HOUR, MORNINGS)
    agent = UserFactory(manager=True, organisation=incident.bailleur)
    incident.resolve(by=agent, at=NOW + 5 * HOUR, text="Remis en marche.")
    assert recalculate_due(NOW + 6 * HOUR) == 1
    assert differences(incident, NOW + 6 * HOUR) == []


def test_an_incident_held_to_an_earlier_promise_is_folded_again_when_those_hours_change(
    incident: Incident, administrator: User
) -> None:
    """An amendment counts in other hours; the promise it replaced still binds, and its hours are edited."""
    former = ServiceCalendar.objects.get()
    signed = Convention.objects.get(organisation=incident.bailleur).versions.get()
    amendment = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2026, 9, 11),
        applies_to_open=True,
        quartiers=[incident.residence.quartier],
    )
    CommitmentFactory(version=amendment, stage="resolve", target=12 * 3600, calendar=CalendarFactory())
    activate(amendment, by=administrator, at=NOW + HOUR)
    friday = datetime(2026, 9, 11, 4, 0, tzinfo=UTC)
    recalculate_due(friday)
    assert not Clock.objects.filter(stopped_at=None, commitment__calendar=former).exclude(stage="acknowledge").exists()
    edit_calendar(former, weekly=MORNINGS, exceptions={}, by=administrator, at=friday + HOUR)
    recalculate_due(friday + HOUR)
    assert differences(Incident.objects.get(), friday + HOUR) == []


@pytest.mark.parametrize(
    ("weekly", "exceptions", "said"),
    [
        ({}, {}, "n'ouvre jamais"),
        ({"0": [["08:00", "12:00"], ["11:00", "15:00"]]}, {}, "se chevauchent"),
        ({"0": [["12:00", "08:00"]]}, {}, "se termine après son début"),
        (MORNINGS, {date(2026, 9, 11): ("Fête", [["25:00", "26:00"]])}, "Heure"),
    ],
)
def test_hours_that_cannot_be_are_refused_and_nothing_is_written(
    incident: Incident, administrator: User, weekly: dict[str, Windows], exceptions: DatedExceptions, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        _edit(administrator, NOW + HOUR, weekly, exceptions)
    calendar = ServiceCalendar.objects.get()
    assert (calendar.revision, len(calendar.weekly), calendar.revisions.count()) == (1, 5, 0)
    assert Recalculation.objects.count() == 0


def test_the_slower_of_two_editors_is_told(incident: Incident, administrator: User) -> None:
    mine = ServiceCalendar.objects.get()
    _edit(administrator, NOW + HOUR, MORNINGS)
    with pytest.raises(ValidationError, match="quelqu'un d'autre"):
        edit_calendar(mine, weekly=MORNINGS, exceptions={}, by=administrator, at=NOW + 2 * HOUR)
    with pytest.raises(ValidationError, match="plus récente"):
        _edit(administrator, NOW, MORNINGS)
    with pytest.raises(PermissionDenied):
        _edit(UserFactory(manager=True), NOW + 2 * HOUR, MORNINGS)
