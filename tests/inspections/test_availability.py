"""Lifts: what their incidents cost them, on the clock of the wall, parts awaited included."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pytest_django import DjangoAssertNumQueries

from gup.incidents.models import Incident
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.factories import CalendarFactory, CategoryFactory, IncidentFactory, SpotFactory
from tests.inspections.conftest import OCTOBER, Estate, at

HOUR = timedelta(hours=1)
# 1.5 % of September: 10 h 48.
ALLOWED = timedelta(hours=10, minutes=48)


def _stopped(estate: Estate, when: datetime, **given: Any) -> Incident:
    given = {
        "residence": estate.residence,
        "spot": estate.lift,
        "category": estate.lift_out,
        "by": estate.people["association"],
        **given,
    }
    return IncidentFactory(at=when, **given)


def _repaired(estate: Estate, when: datetime, after: timedelta, **given: Any) -> Incident:
    incident = _stopped(estate, when, **given)
    incident.resolve(by=estate.people["manager"], at=when + after, text="Fait.")
    return incident


def test_a_lift_is_held_at_its_rate_and_missed_a_second_below(estate: Estate) -> None:
    estate.availability()
    _repaired(estate, at(10), ALLOWED)
    line = estate.line()
    assert (line.measured, line.rate) == ("98,50\u202f%", Rate(1, 0))
    _repaired(estate, at(20), timedelta(seconds=1))
    line = estate.line()
    assert (line.measured, line.rate, line.verdict) == ("98,49\u202f%", Rate(0, 1), Verdict.MISSED)
    assert [outage.start for outage in line.parts[0].outages] == [at(10), at(20)]


def test_a_part_awaited_is_downtime(estate: Estate) -> None:
    estate.availability()
    waiting = _stopped(estate, at(10))
    waiting.acknowledge(by=estate.people["manager"], at=at(10) + HOUR)
    waiting.hold(by=estate.people["manager"], at=at(10) + 2 * HOUR, reason="parts", text="Pièce commandée.")
    waiting.resume(by=estate.people["manager"], at=at(10) + 11 * HOUR)
    waiting.resolve(by=estate.people["manager"], at=at(10) + 12 * HOUR, text="Fait.")
    assert estate.line().verdict == Verdict.MISSED


def test_two_incidents_at_once_are_one_downtime(estate: Estate) -> None:
    estate.availability()
    _repaired(estate, at(10), 10 * HOUR)
    _repaired(estate, at(10) + HOUR, 9 * HOUR)
    assert estate.line().verdict == Verdict.HELD


def test_a_merged_duplicate_counts_with_its_master_and_only_once(estate: Estate) -> None:
    estate.availability()
    master = _stopped(estate, at(10, 14))
    twin = _stopped(estate, at(10, 15), reported_at=at(10, 12))
    twin.merge_into(master, by=estate.people["manager"], at=at(10, 16))
    master.refresh_from_db()
    master.resolve(by=estate.people["manager"], at=at(10, 20), text="Fait.")
    (outage,) = estate.line().parts[0].outages
    assert (outage.ref, outage.start, outage.end) == (master.ref, at(10, 12), at(10, 20))


def test_what_was_declined_was_not_down(estate: Estate) -> None:
    estate.availability()
    for reason in ("programmed", "refused"):
        incident = _stopped(estate, at(5))
        incident.decline(by=estate.people["reviewer"], at=at(9), reason=reason, text="L'ascenseur marche.")
    assert estate.line().measured == "100,00\u202f%"


def test_a_contested_repair_is_down_again_from_the_contest(estate: Estate) -> None:
    estate.availability()
    incident = _repaired(estate, at(10), HOUR)
    incident.contest(by=estate.people["association"], at=at(11), text="Toujours en panne.")
    incident.resolve(by=estate.people["manager"], at=at(11) + HOUR, text="Fait.")
    assert [(each.start, each.end) for each in estate.line().parts[0].outages] == [
        (at(10), at(10) + HOUR),
        (at(11), at(11) + HOUR),
    ]


def test_a_fault_without_a_stop_is_not_downtime_unless_the_convention_says_so(estate: Estate) -> None:
    lifts = estate.availability()
    fault = CategoryFactory(slug="lift-fault")
    _repaired(estate, at(10), 100 * HOUR, category=fault)
    assert estate.line().verdict == Verdict.HELD
    lifts.category = fault.parent
    lifts.save(update_fields=["category"])
    assert estate.line().verdict == Verdict.MISSED


def test_a_requalified_incident_counts_as_what_it_turned_out_to_be(estate: Estate) -> None:
    estate.availability()
    fault = CategoryFactory(slug="lift-fault", parent=estate.lift_out.parent)
    incident = _stopped(estate, at(10))
    incident.requalify(by=estate.people["manager"], at=at(11), category=fault, text="Un bouton.")
    assert estate.line(as_of=at(10, 20)).parts[0].outages != ()
    assert estate.line().parts[0].outages == ()


def test_the_month_of_an_outage_is_cut_at_midnight_in_martinique(estate: Estate) -> None:
    estate.availability()
    # Down from 22:00 on 30 September to 2:00 on 1 October, in Le Lamentin.
    _repaired(estate, datetime(2026, 10, 1, 2, tzinfo=UTC), 4 * HOUR)
    (september,), (october,) = (estate.line(month).parts[0].outages for month in (date(2026, 9, 1), OCTOBER))
    midnight = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert (september.end, october.start) == (midnight, midnight)


def test_a_month_that_runs_is_undecided_until_it_is_lost(estate: Estate) -> None:
    estate.availability()
    _stopped(estate, at(10))
    assert estate.line(as_of=at(10) + 5 * HOUR).verdict == Verdict.PENDING
    assert estate.line(as_of=at(10) + 11 * HOUR).verdict == Verdict.MISSED


def test_each_lift_has_its_own_verdict_and_a_report_without_a_lift_is_told(estate: Estate) -> None:
    estate.availability()
    _repaired(estate, at(10), 100 * HOUR, spot=None)
    assert estate.line().verdict == Verdict.MISSED, "the residence has one lift: it is that one"
    SpotFactory(residence=estate.residence, name="Ascenseur B")
    line = estate.line()
    assert (line.rate, line.parts[-1].verdict) == (Rate(2, 0), None)
    assert line.parts[-1].measured == "1 incident sans lieu précis, hors du calcul"


def test_outside_the_hours_of_the_commitment_a_stop_costs_nothing(estate: Estate) -> None:
    estate.availability(calendar=CalendarFactory(office_hours=True))
    # Friday 19:00 to Monday 6:00 in Le Lamentin.
    _repaired(estate, at(11, 23), 59 * HOUR)
    assert estate.line().measured == "100,00\u202f%"


def test_a_confidential_incident_counts_and_is_not_named(estate: Estate) -> None:
    estate.availability()
    _repaired(estate, at(10), 100 * HOUR, is_confidential=True)
    (part,) = estate.line().parts
    assert (part.verdict, part.outages[0].ref) == (Verdict.MISSED, "")


def test_an_equipment_that_is_no_place_is_told_and_not_judged(estate: Estate) -> None:
    estate.availability(equipment="Fibre optique")
    line = estate.line()
    assert (line.verdict, line.rate) == (None, Rate())
    assert line.parts[0].measured == "cet équipement n'est relié à aucun lieu"


def test_the_month_takes_the_same_queries_for_one_stop_and_for_many(
    estate: Estate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    estate.availability()
    for day in range(2, 12):
        _repaired(estate, at(day), HOUR)
    # the ground (4), spots, events, families, incidents
    with django_assert_num_queries(8):
        estate.line()
