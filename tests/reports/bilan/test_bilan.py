"""A bilan by hand: two published months summed, the silent quartiers shown, and what the committee should speak of."""

from datetime import UTC, date, datetime
from io import BytesIO

import orjson
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from gup.conventions.models import Convention
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.places.models import Quartier
from gup.reports.bilan.figures import BilanFigures
from gup.reports.bilan.making import build_bilans, comment_bilan, publish_bilan, request_bilan
from gup.reports.bilan.rendering import bilan_csv, bilan_from_json, bilan_json, bilan_pdf, bilan_xlsx
from gup.reports.bilan.summing import bilan_figures
from gup.reports.building import build_requested
from gup.reports.committees import call_session, record_decision, settle_decision
from gup.reports.enums import BilanKind, Committee, Outcome, ReportStatus
from gup.reports.models import Bilan
from gup.reports.publishing import publish
from gup.service_levels.compliance import Rate
from tests.factories import CategoryFactory, OrganisationFactory
from tests.reports.town import HOUR, OCTOBER, SEPTEMBER, Town, at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
STAGE = "Rétablissement · "


@pytest.fixture
def town() -> Town:
    """September: 3 held, 2 missed. October: 1 held. Both published, November is not."""
    made, lift = Town(), CategoryFactory()
    for day, hours in ((1, 10), (2, 10), (3, 10), (4, 40), (5, 40)):
        made.repaired(at(day), hours * HOUR, category=lift)
    made.repaired(at(10, month=10), 5 * HOUR, category=lift)
    for month, on in ((SEPTEMBER, at(8, month=10)), (OCTOBER, at(8, month=11))):
        report = made.report(month)
        assert build_requested(on) == 1
        report.refresh_from_db()
        publish(report, by=made.dsu, at=on)
    made.repaired(at(10, month=11), 90 * HOUR, category=lift)
    return made


def _bilan(kind: str = BilanKind.ANNUAL) -> Bilan:
    return request_bilan(Convention.objects.get(), kind, 2026, by=None, at=NOW)


def _figures(kind: str = BilanKind.ANNUAL) -> BilanFigures:
    return bilan_figures(_bilan(kind), now=NOW)


def test_a_year_is_the_sum_of_its_published_months(town: Town) -> None:
    figures = _figures()
    (objective,) = figures.objectives
    assert (figures.total, objective.contractual, objective.strict) == (Rate(4, 2), Rate(4, 2), Rate(4, 2))
    assert objective.gap == pytest.approx(100 * 4 / 6 - 90)
    assert (figures.opened, figures.closures.done) == (6, 6)
    assert figures.cover.published == [SEPTEMBER, OCTOBER]
    assert date(2026, 11, 1) in figures.cover.missing and len(figures.cover.missing) == 10


def test_the_half_year_holds_only_its_own_months(town: Town) -> None:
    figures = _figures(BilanKind.MID_YEAR)
    assert (figures.cover.published, figures.total, len(figures.cover.missing)) == ([], Rate(0, 0), 6)
    assert figures.agenda == ["Aucun écart aux engagements : confirmer les objectifs, ou les relever."]


def test_every_quartier_has_its_sheet_and_the_sheets_sum_to_the_whole(town: Town) -> None:
    silent = Quartier.objects.create(slug="muet", name="Muet", perimeter=town.residence.quartier.perimeter)
    sheets = {sheet.name: sheet for sheet in _figures().quartiers}
    assert set(sheets) == {town.residence.quartier.name, silent.name}
    assert sum(sheet.opened for sheet in sheets.values()) == _figures().opened
    own = sheets[town.residence.quartier.name]
    assert (own.rate, [month.opened for month in own.months]) == (Rate(4, 2), [5, 1])
    assert (sheets["Muet"].months, sheets["Muet"].residences) == ([], 0)


def test_the_agenda_begins_with_what_was_decided_and_the_largest_gap(town: Town) -> None:
    session = call_session(
        Committee.STEERING, held_at=at(1, month=12), by=town.dsu, at=NOW, convention=Convention.objects.get()
    )
    done, waiting = (
        record_decision(session, text=text, owner=town.bailleur, by=town.dsu, at=NOW)
        for text in ("Peindre", "Éclairer")
    )
    settle_decision(done, outcome=Outcome.DONE, text="Fait en novembre.", by=town.dsu, at=NOW, on=date(2026, 12, 2))
    figures = _figures()
    assert [(each.text, each.outcome) for each in figures.decisions] == [("Peindre", "done"), ("Éclairer", "open")]
    assert figures.agenda[0] == "Suites des décisions : 1 encore en cours."
    assert figures.agenda[1].startswith(STAGE) and "66,6\u202f% pour 90 %" in figures.agenda[1]
    # An older sitting keeps only what nobody has done yet.
    call_session(Committee.STEERING, held_at=at(10, month=12), by=town.dsu, at=NOW, convention=Convention.objects.get())
    assert [each.text for each in _figures().decisions] == [waiting.text]


def test_every_document_says_the_same_figures(town: Town) -> None:
    figures = _figures()
    assert bilan_from_json(orjson.loads(bilan_json(figures))) == figures
    csv = bilan_csv(figures).decode("utf-8-sig")
    assert ";contractuel : taux;66,6;%" in csv
    book = load_workbook(BytesIO(bilan_xlsx(figures)))
    assert [row[2].value for row in book["objectifs"].iter_rows() if row[1].value == "contractuel : taux"] == [66.6]
    pdf = PdfReader(BytesIO(bilan_pdf(figures)))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "66,6" in text and town.residence.quartier.name in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and pdf.trailer["/Root"]["/Lang"] == "fr-MQ"  # type: ignore[index]


def test_a_bilan_is_commented_by_objective_and_published_once(town: Town) -> None:
    bilan = _bilan()
    assert (build_bilans(NOW), build_bilans(NOW)) == (1, 0)
    bilan.refresh_from_db()
    (objective,) = _figures().objectives
    build_bilans(NOW)
    bilan.refresh_from_db()
    with pytest.raises(NotAllowed):
        comment_bilan(bilan, by=town.manager, commentary="", comments={})
    comment_bilan(bilan, by=town.dsu, commentary="Une année rude.", comments={objective.name: "Pièce attendue."})
    publish_bilan(bilan, by=town.dsu, at=NOW)
    assert bilan.figures is not None
    figures = bilan_from_json(bilan.figures)
    assert (figures.cover.commentary, figures.objectives[0].comment) == ("Une année rude.", "Pièce attendue.")
    assert not figures.cover.is_draft
    for again in (lambda: publish_bilan(bilan, by=town.dsu, at=NOW), _bilan):
        with pytest.raises(WrongTransition):
            again()


def test_a_bilan_that_cannot_be_built_says_so_and_publishes_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    bilan = _bilan()
    monkeypatch.setattr("gup.reports.bilan.making.bilan_pdf", full)
    for _ in range(6):
        assert build_bilans(NOW) == 0
    bilan.refresh_from_db()
    assert (bilan.status, bilan.pdf) == (ReportStatus.FAILED, "")


def test_bad_demands_name_their_field(town: Town) -> None:
    for kind, year, field in (("annual", 2027, "year"), ("annual", 1999, "year"), ("x", 2026, "kind")):
        with pytest.raises(InvalidInput) as refused:
            request_bilan(None, kind, year, by=town.dsu, at=NOW)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        request_bilan(None, "annual", 2026, by=town.manager, at=NOW)
    session = call_session(Committee.TECHNICAL, held_at=NOW + HOUR, by=town.dsu, at=NOW)
    with pytest.raises(InvalidInput, match="pas encore"):
        record_decision(session, text="Trop tôt", owner=OrganisationFactory(), by=town.dsu, at=NOW)
    with pytest.raises(InvalidInput, match="déjà"):
        call_session(Committee.TECHNICAL, held_at=NOW + HOUR, by=town.dsu, at=NOW)
