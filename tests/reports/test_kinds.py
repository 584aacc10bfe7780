"""The report's part on promises beyond delays: the lines of the page, of the month's instant, in every file."""

from datetime import date, timedelta

from gup.conventions.enums import CommitmentKind, StageChoice
from gup.inspections.recording import record_milestone, withdraw
from gup.reports.building import build_requested, rebuilt_differs
from gup.reports.figures import monthly_figures
from gup.reports.models import Report
from gup.reports.monthly import KindLine, from_json, to_json
from gup.reports.publishing import publish
from gup.reports.render_csv import render_csv
from gup.reports.requesting import request_report
from gup.reports.sheet import sheet
from tests.factories import CommitmentFactory, IncidentFactory
from tests.inspections.conftest import SEPTEMBER, Estate, at, estate

__all__ = ["estate"]
BUILT = at(8, month=10)


def _report(estate: Estate, *, commune: bool = False) -> Report:
    return request_report(None if commune else estate.convention, SEPTEMBER, by=None, at=BUILT)


def test_the_report_says_what_the_page_says(estate: Estate) -> None:
    cleaning = estate.recurrence(times=1)
    estate.scan(cleaning, at(8))
    (line,) = monthly_figures(_report(estate), now=BUILT).kinds
    (shown,) = estate.month().lines
    assert line == KindLine(
        kind="recurrence",
        label="Nettoyage des halls",
        party="ESSAI",
        subject=estate.residence.name,
        target="1 par semaine",
        due="4 passages",
        measured="1 prouvé",
        held=1,
        missed=3,
        verdict="missed",
    )
    assert (line.held, line.missed, line.measured) == (shown.rate.held, shown.rate.missed, shown.measured)
    (commune,) = monthly_figures(_report(estate, commune=True), now=BUILT).kinds
    assert commune == line


def test_information_is_counted_once_by_the_clocks_of_the_report(estate: Estate) -> None:
    CommitmentFactory(
        version=estate.version, kind=CommitmentKind.INFORMATION, stage=StageChoice.ANSWER, target=48 * 3600
    )
    answered = IncidentFactory(residence=estate.residence, category=estate.lift_out, at=at(10))
    answered.comment(by=estate.people["agent"], at=at(11), text="Nous venons.")
    IncidentFactory(residence=estate.residence, category=estate.lift_out, at=at(12))
    figures = monthly_figures(_report(estate), now=BUILT)
    (line,), (stage,), (shown,) = figures.kinds, figures.stages, estate.month().lines
    assert (line.held, line.missed) == (stage.contractual.held, stage.contractual.missed) == (1, 1)
    assert shown.rate == stage.contractual
    # On the 11th at noon nothing of the second incident was known, and the first had just been answered.
    (early,) = monthly_figures(_report(estate), now=at(11)).kinds
    assert (early.held, early.missed) == (1, 0)


def test_a_report_is_rebuilt_alike_whatever_is_recorded_since(estate: Estate) -> None:
    estate.milestone(date(2026, 9, 30))
    report = _report(estate)
    assert build_requested(BUILT) == 1
    report.refresh_from_db()
    record_milestone(
        estate.version.commitments.get(),
        by=estate.people["manager"],
        at=BUILT + timedelta(hours=1),
        done_on=date(2026, 9, 30),
        note="Signée.",
    )
    assert rebuilt_differs(report) == []
    assert monthly_figures(report, now=BUILT + timedelta(hours=2)).kinds[0].verdict == "held"


def test_every_file_tells_the_lines(estate: Estate) -> None:
    estate.availability()
    figures = monthly_figures(_report(estate), now=BUILT)
    assert from_json(to_json(figures)) == figures
    (row,) = sheet(figures)["kinds"]
    assert row == [
        "Disponibilité d'équipement · Disponibilité : Ascenseurs",
        estate.residence.name,
        "98,50\u202f% du temps",
        "1 équipement",
        "100,00\u202f%",
        "1 sur 1",
        "tenu",
    ]
    assert "autres engagements : disponibilité d'équipement" in render_csv(figures).decode("utf-8-sig")


def test_what_moves_after_the_seal_is_a_correction_in_the_month_that_learns_of_it_and_in_no_other(
    estate: Estate,
) -> None:
    cleaning = estate.recurrence(times=1)
    passage = estate.scan(cleaning, at(8))
    report = _report(estate)
    assert build_requested(BUILT) == 1
    report.refresh_from_db()
    publish(report, by=estate.people["reviewer"], at=BUILT)
    withdraw(passage, by=estate.people["agent"], at=at(12, month=10), reason="Ce n'était pas ce hall.")
    assert rebuilt_differs(report) == [], "a sealed month is rebuilt as it stood"

    def told(month: int) -> list[tuple[str, str]]:
        later = request_report(estate.convention, date(2026, month, 1), by=None, at=at(1, month=12))
        kinds = monthly_figures(later, now=at(8, month=month + 1)).kinds
        return [(line.due, line.measured) for line in kinds if line.due.startswith("régularisation")]

    assert told(10) == [("régularisation de septembre 2026", "\N{MINUS SIGN}1 tenu, +1 manqué")]
    assert told(11) == []
