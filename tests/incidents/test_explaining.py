"""Why is it due then? Each clock in words that add up, whatever happened to it."""

from datetime import UTC, datetime, timedelta

import pytest

from gup.conventions.alerts import declare_alert
from gup.conventions.enums import BasisChoice, StageChoice
from gup.conventions.models import Commitment
from gup.incidents.enums import PauseReasonChoice, PhotoKind
from gup.incidents.explaining import Explained, explained_clocks
from gup.incidents.models import Incident
from gup.partners.models import User
from tests.factories import (
    CalendarFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    photo_bytes,
    signed_convention,
)

pytestmark = pytest.mark.django_db
# Monday 5 October 2026, 7 h 40 in Martinique; the office is open from 7 h 30 to 15 h.
NOW = datetime(2026, 10, 5, 11, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPACE = "\u00a0"


@pytest.fixture
def incident() -> Incident:
    """Repair promised in four hours of opening."""
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(
        bailleur,
        [residence.quartier],
        hours={StageChoice.RESOLVE: 4},
        calendar=CalendarFactory(office_hours=True, name="Bureaux"),
    )
    Commitment.objects.update(basis=BasisChoice.WORKING_TIME)
    made: Incident = IncidentFactory(residence=residence, at=NOW)
    return made


@pytest.fixture
def agent(incident: Incident) -> User:
    user: User = UserFactory(agent=True, organisation=incident.responsible)
    return user


def _why(incident: Incident, now: datetime) -> Explained:
    return explained_clocks(incident, now)["resolve", 1, incident.responsible_id]


def _text(incident: Incident, now: datetime) -> str:
    return _why(incident, now).text.replace(SPACE, " ")


def _waited(incident: Incident, agent: User, since: datetime, until: datetime | None) -> None:
    incident.acknowledge(by=agent, at=since)
    incident.add_photo(by=agent, at=since, data=photo_bytes(), kind=PhotoKind.ACCESS)
    incident.hold(by=agent, at=since, reason=PauseReasonChoice.ACCESS_REFUSED, text="Local fermé.")
    if until is not None:
        incident.resume(by=agent, at=until)


def test_a_running_delay_says_what_it_allows_from_when_and_until_when(incident: Incident) -> None:
    why = _why(incident, NOW)
    assert _text(incident, NOW) == "4 h ouvrées depuis lun. 5 oct. à 7 h 40 : échéance lun. 5 oct. à 11 h 40."
    assert [piece.replace(SPACE, " ") for piece in why.pieces] == ["lun. 5 oct., 7 h 40 – 11 h 40 : 4 h"]
    assert (why.strict, why.version, why.commitment.calendar) == (
        "",
        incident.convention_version,
        CalendarFactory._meta.model.objects.get(name="Bureaux"),
    )


def test_a_wait_is_told_with_its_reason_and_its_length_in_the_delays_own_hours(incident: Incident, agent: User) -> None:
    # From 9 h to 7 h 40 the next day: six hours of Monday and ten minutes of Tuesday.
    _waited(incident, agent, NOW + timedelta(minutes=80), NOW + timedelta(hours=24))
    assert _text(incident, NOW + 25 * HOUR) == (
        "4 h ouvrées depuis lun. 5 oct. à 7 h 40, suspendu 6 h 10 pour accès impossible : "
        "échéance mar. 6 oct. à 10 h 20."
    )
    why = _why(incident, NOW + 25 * HOUR)
    assert why.strict.replace(SPACE, " ") == "Sans les suspensions : échéance lun. 5 oct. à 11 h 40."
    assert [piece.replace(SPACE, " ") for piece in why.pieces] == [
        "lun. 5 oct., 7 h 40 – 9 h : 1 h 20",
        "mar. 6 oct., 7 h 40 – 10 h 20 : 2 h 40",
    ]


def test_a_delay_that_waits_says_why_and_what_will_be_left(incident: Incident, agent: User) -> None:
    _waited(incident, agent, NOW + HOUR, None)
    declare_alert(
        perimeter=None, reason="Ouragan", started_at=NOW + 2 * HOUR, by=UserFactory(reviewer=True), at=NOW + 2 * HOUR
    )
    assert _text(incident, NOW + 3 * HOUR) == (
        "4 h ouvrées depuis lun. 5 oct. à 7 h 40 : suspendu depuis lun. 5 oct. à 8 h 40 pour accès impossible, "
        "vigilance cyclonique, il restera 3 h à la reprise."
    )


def test_a_held_delay_says_how_much_of_it_was_used(incident: Incident, agent: User) -> None:
    incident.resolve(by=agent, at=NOW + 2 * HOUR, text="Réparé.")
    assert _text(incident, NOW + 3 * HOUR).endswith(
        ": échéance lun. 5 oct. à 11 h 40, tenue lun. 5 oct. à 9 h 40 (2 h comptées)."
    )


def test_a_missed_delay_says_by_how_much_and_a_contest_takes_nothing_away(incident: Incident, agent: User) -> None:
    assert _text(incident, NOW + 5 * HOUR).endswith("échéance lun. 5 oct. à 11 h 40, dépassée de 1 h à ce jour.")
    incident.resolve(by=agent, at=NOW + 6 * HOUR, text="Réparé.")
    incident.contest(by=UserFactory(association=True, residences=[incident.residence]), at=NOW + 7 * HOUR, text="Non.")
    incident.resolve(by=agent, at=NOW + 8 * HOUR, text="Réparé.")
    # From the due to the office closing at 15 h, 3 h 20, less the hour between the repair and its contest.
    assert _text(incident, NOW + 9 * HOUR) == (
        "4 h ouvrées depuis lun. 5 oct. à 7 h 40 : échéance lun. 5 oct. à 11 h 40, dépassée de 2 h 20, "
        "atteinte lun. 5 oct. à 15 h 40, suspendu 1 h pour réparation annoncée puis contestée après l'échéance."
    )


def test_an_excused_delay_says_so(incident: Incident) -> None:
    clock = incident.clocks.get()
    incident.arbitrate(by=UserFactory(reviewer=True), at=NOW + 5 * HOUR, clock=clock, text="Force majeure.")
    assert _text(incident, NOW + 5 * HOUR).endswith("dépassée de 1 h à ce jour, excusée par arbitrage.")
    assert _why(incident, NOW + 5 * HOUR).excuse == "Force majeure."


def test_lateness_does_not_grow_while_the_delay_is_suspended(incident: Incident, agent: User) -> None:
    _waited(incident, agent, NOW + 5 * HOUR, None)
    assert _text(incident, NOW + 7 * HOUR).endswith(
        "dépassée de 1 h à ce jour, suspendu 2 h pour accès impossible après l'échéance."
    )


def test_a_cancelled_delay_says_when_and_why(incident: Incident, agent: User) -> None:
    master = IncidentFactory(residence=incident.residence, category=incident.category, at=NOW)
    incident.merge_into(master, by=agent, at=NOW + HOUR)
    assert _text(incident, NOW + HOUR).endswith(
        "annulé lun. 5 oct. à 8 h 40 (incident rattaché à un autre), avant d'être tenu ou dépassé."
    )


def test_a_duplicate_reported_earlier_moves_the_start(incident: Incident, agent: User) -> None:
    later = IncidentFactory(residence=incident.residence, category=incident.category, at=NOW + HOUR)
    incident.merge_into(later, by=agent, at=NOW + HOUR)
    assert _text(later, NOW + HOUR).startswith("4 h ouvrées depuis lun. 5 oct. à 7 h 40 :")


def test_a_raised_priority_says_that_the_due_came_nearer_that_day(incident: Incident, agent: User) -> None:
    urgent = Commitment.objects.get()
    urgent.pk, urgent.priority, urgent.target = None, "danger", 3600
    urgent.save()
    incident.reprioritise(by=agent, at=NOW + HOUR, priority="danger", text="Enfants exposés.")
    assert _text(incident, NOW + HOUR) == (
        "1 h ouvrée depuis lun. 5 oct. à 8 h 40 (échéance rapprochée ce jour-là) : échéance lun. 5 oct. à 9 h 40."
    )


@pytest.mark.parametrize(
    ("basis", "target", "said"),
    [
        (BasisChoice.ELAPSED_TIME, 72 * 3600, "72 h, jour et nuit, depuis lun. 5 oct. à 7 h 40"),
        (BasisChoice.WORKING_DAYS, 1, "1 jour ouvré, le jour du départ non compté, depuis lun. 5 oct. à 7 h 40"),
        (BasisChoice.WORKING_DAYS, 5, "5 jours ouvrés, le jour du départ non compté, depuis lun. 5 oct. à 7 h 40"),
        (BasisChoice.CALENDAR_DAYS, 10, "10 jours, le jour du départ non compté, depuis lun. 5 oct. à 7 h 40"),
    ],
)
def test_each_basis_has_its_words(incident: Incident, basis: str, target: int, said: str) -> None:
    Commitment.objects.update(basis=basis, target=target)
    assert _text(incident, NOW).startswith(f"{said} : échéance ")


def test_a_long_delay_is_told_by_its_total(incident: Incident) -> None:
    Commitment.objects.update(target=200 * 3600)
    why = _why(incident, NOW)
    assert (why.pieces, why.facts.counted_seconds) == ((), 200 * 3600)
