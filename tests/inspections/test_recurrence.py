"""Passages: due and proven by period, held at the very number, in the month in which the period ends."""

from datetime import UTC, date, datetime, timedelta

from pytest_django import DjangoAssertNumQueries

from gup.inspections.recording import Correction, record_passage, withdraw
from gup.partners.models import Management
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.factories import CommitmentFactory, OrganisationFactory, VersionFactory, photo_bytes
from tests.inspections.conftest import OCTOBER, SEPTEMBER, Estate, at


def _verdicts(estate: Estate, month: date = SEPTEMBER, as_of: datetime | None = None) -> list[Verdict | None]:
    return [part.verdict for part in estate.line(month, as_of).parts]


def test_each_week_is_held_at_the_number_promised_and_missed_one_below(estate: Estate) -> None:
    cleaning = estate.recurrence(times=2)
    for day in (7, 9, 14):  # two passages in the week of the 7th, one in that of the 14th
        estate.scan(cleaning, at(day))
    line = estate.line()
    assert [part.label for part in line.parts] == [
        "semaine du 31 août au 6 septembre",
        "semaine du 7 septembre au 13 septembre",
        "semaine du 14 septembre au 20 septembre",
        "semaine du 21 septembre au 27 septembre",
    ]
    assert _verdicts(estate) == [Verdict.MISSED, Verdict.HELD, Verdict.MISSED, Verdict.MISSED]
    assert (line.due, line.measured, line.rate) == ("8 passages", "3 prouvés", Rate(1, 3))
    assert line.verdict == Verdict.MISSED


def test_extra_passages_of_one_week_do_not_make_up_for_another(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    for day in (7, 8, 9, 10):
        estate.scan(cleaning, at(day))
    assert estate.line().rate == Rate(1, 3)


def test_a_week_across_two_months_counts_once_in_the_month_of_its_sunday(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    estate.scan(cleaning, at(30))  # Wednesday 30 September: its week ends on Sunday 4 October
    assert estate.line(SEPTEMBER).rate == Rate(0, 4)
    assert estate.line(OCTOBER).parts[0].verdict == Verdict.HELD


def test_the_day_of_a_passage_is_that_of_martinique(estate: Estate) -> None:
    monthly = estate.recurrence(times=1, period="month")
    # 3:59 UTC on 1 October is 23:59 on 30 September in Le Lamentin; a minute later it is October.
    estate.scan(monthly, datetime(2026, 10, 1, 3, 59, tzinfo=UTC))
    assert estate.line(SEPTEMBER).rate == Rate(1, 0)
    assert estate.line(OCTOBER).rate == Rate(0, 1)
    estate.scan(monthly, datetime(2026, 10, 1, 4, 0, tzinfo=UTC))
    assert estate.line(OCTOBER).rate == Rate(1, 0)


def test_a_year_is_judged_in_december(estate: Estate) -> None:
    yearly = estate.recurrence(times=1, period="year")
    assert estate.month(OCTOBER).lines == ()
    estate.scan(yearly, at(5))
    assert estate.line(date(2026, 12, 1), datetime(2027, 1, 2, tzinfo=UTC)).rate == Rate(1, 0)


def test_a_passage_without_proof_is_told_and_proves_nothing(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1, period="month")
    estate.scan(cleaning, at(5), proof="", code="")
    line = estate.line()
    assert (line.measured, line.rate) == ("0 prouvé, 1 sans preuve", Rate(0, 1))


def test_a_period_is_undecided_until_it_is_over_or_done(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    estate.scan(cleaning, at(8))
    assert _verdicts(estate, as_of=at(15)) == [Verdict.MISSED, Verdict.HELD, Verdict.PENDING, Verdict.PENDING]
    assert estate.line(as_of=at(15)).verdict == Verdict.MISSED
    # Sunday the 20th is over at midnight in Martinique: 4:00 UTC on the 21st.
    assert _verdicts(estate, as_of=at(21, 3, 59))[2] == Verdict.PENDING
    assert _verdicts(estate, as_of=at(21, 4, 0))[2] == Verdict.MISSED


def test_what_was_recorded_later_is_not_seen_at_an_earlier_instant(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1, period="month")
    passage, _ = record_passage(
        cleaning,
        estate.residence,
        by=estate.people["agent"],
        at=at(2, month=10),
        passed_at=at(29),
        proof="photo",
        data=photo_bytes(),
    )
    assert estate.line(as_of=at(1, month=10)).rate == Rate(0, 1)
    assert estate.line(as_of=at(2, month=10)).rate == Rate(1, 0)
    withdraw(passage, by=estate.people["manager"], at=at(3, month=10), reason="Ce n'était pas ce hall.")
    assert estate.line(as_of=at(2, month=10)).rate == Rate(1, 0)
    assert estate.line(as_of=at(3, month=10)).rate == Rate(0, 1)


def test_a_correction_takes_the_place_of_the_former(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    wrong = estate.scan(cleaning, at(7))
    estate.scan(
        cleaning, at(8), passed_at=at(6), proof="qr", correction=Correction(wrong, "C'était la veille, dimanche.")
    )
    assert _verdicts(estate)[:2] == [Verdict.HELD, Verdict.MISSED]


def test_a_service_keeps_its_passages_through_an_amendment(estate: Estate) -> None:
    cleaning = estate.recurrence(times=3)
    estate.scan(cleaning, at(7))
    estate.version.in_force_until = date(2026, 9, 9)
    estate.version.save(update_fields=["in_force_until"])
    amended = VersionFactory(
        convention=estate.convention,
        number=1,
        in_force_from=date(2026, 9, 9),
        quartiers=[estate.residence.quartier],
        activated_at=at(1),
    )
    fewer = estate.recurrence(times=2, version=amended)
    estate.scan(fewer, at(10))
    month = estate.month()
    week = next(part for line in month.lines for part in line.parts if part.label.startswith("semaine du 7 "))
    assert (week.due, week.verdict) == ("2 passages", Verdict.HELD)
    # Each week is judged once, by the version in force on its Sunday.
    assert sorted(part.label for line in month.lines for part in line.parts) == sorted(
        {part.label for line in month.lines for part in line.parts}
    )


def test_only_whole_periods_in_force_and_in_hand_are_judged(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    estate.version.in_force_from = date(2026, 9, 9)
    estate.version.save(update_fields=["in_force_from"])
    assert [part.label for part in estate.line().parts] == [
        "semaine du 14 septembre au 20 septembre",
        "semaine du 21 septembre au 27 septembre",
    ]
    Management.objects.filter(residence=estate.residence).update(until=date(2026, 9, 21))
    assert [part.label for part in estate.line().parts] == ["semaine du 14 septembre au 20 septembre"]
    assert cleaning.passages.count() == 0


def test_an_illustrative_convention_judges_no_real_residence(estate: Estate) -> None:
    estate.recurrence(times=1)
    estate.convention.is_illustrative = True
    estate.convention.save(update_fields=["is_illustrative"])
    assert estate.month().lines == ()


def test_a_project_of_amendment_judges_nothing(estate: Estate) -> None:
    project = VersionFactory(
        convention=estate.convention, number=1, project=True, quartiers=[estate.residence.quartier]
    )
    estate.recurrence(version=project)
    assert estate.month().lines == ()


def test_the_annex_is_judged_wherever_it_applies(estate: Estate) -> None:
    town = OrganisationFactory(city_service=True)
    estate.convention.is_annex, estate.convention.organisation = True, town
    estate.convention.save(update_fields=["is_annex", "organisation"])
    estate.recurrence(times=1, period="month", responsible=town)
    assert estate.line().residence_id == estate.residence.pk


def test_delays_are_left_to_their_clocks(estate: Estate) -> None:
    CommitmentFactory(version=estate.version)
    assert estate.month().lines == ()


def test_the_month_takes_the_same_queries_for_one_passage_and_for_twenty(
    estate: Estate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cleaning = estate.recurrence(times=2)
    for number in range(20):
        estate.scan(cleaning, at(1) + timedelta(hours=number))
    # versions, their quartiers, their commitments, managements, passages
    with django_assert_num_queries(5):
        estate.line()
