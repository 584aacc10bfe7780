"""Engagements and reports, as each role finds them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from gup.conventions.models import Convention
from gup.reports.building import build_requested
from gup.reports.enums import ReportStatus
from gup.reports.models import Report
from gup.reports.requesting import request_report
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory

As = Callable[[str], Client]
NOW = datetime(2026, 10, 5, 15, 0, tzinfo=UTC)
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def report(desk: Desk) -> Report:
    """September, in which one repair was held and one incident forgotten."""
    start = datetime(2026, 9, 10, 14, 0, tzinfo=UTC)
    held = IncidentFactory(residence=desk.residence, category=desk.category, at=start)
    IncidentFactory(residence=desk.residence, category=desk.category, at=start)
    held.acknowledge(by=desk.people["agent"], at=start + timedelta(hours=1))
    held.resolve(by=desk.people["agent"], at=start + timedelta(hours=5), text="Fait.")
    made = request_report(Convention.objects.get(), SEPTEMBER, by=None, at=NOW)
    assert build_requested(NOW) == 1
    made.refresh_from_db()
    return made


@time_machine.travel(NOW, tick=False)
def test_the_page_and_the_report_show_the_same_rate(desk: Desk, as_: As, report: Report) -> None:
    page = as_("reviewer").get("/engagements/?month=2026-09")
    ((row, _),) = page.context["lines"]
    assert (row.rates.contractual.held, row.rates.contractual.missed) == (2, 2)
    figures = as_("reviewer").get(f"/rapports/{report.pk}/").context["figures"]
    assert figures.total == row.rates.contractual
    listed = as_("reviewer").get("/engagements/horloges/?month=2026-09&verdict=missed")
    assert listed.context["page"].paginator.count == row.rates.contractual.missed


@time_machine.travel(NOW, tick=False)
def test_the_dsu_publishes_once_and_the_committee_reads(desk: Desk, as_: As, report: Report) -> None:
    assert as_("committee").get(f"/rapports/{report.pk}/").status_code == 404
    assert as_("manager").post(f"/rapports/{report.pk}/publier/").status_code == 409
    assert as_("reviewer").post(f"/rapports/{report.pk}/publier/").status_code == 302
    assert as_("reviewer").post(f"/rapports/{report.pk}/publier/").status_code == 409
    report.refresh_from_db()
    assert report.status == ReportStatus.PUBLISHED
    assert as_("committee").get(f"/rapports/{report.pk}/").status_code == 200
    pdf = as_("committee").get(f"/rapports/{report.pk}/rapport.pdf")
    assert pdf.content.startswith(b"%PDF-")
    book = as_("committee").get(f"/rapports/{report.pk}/rapport.xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    csv = as_("committee").get(f"/rapports/{report.pk}/rapport.csv")
    assert csv.content.startswith(b"\xef\xbb\xbf")


@time_machine.travel(NOW, tick=False)
def test_the_dsu_asks_for_a_month_that_has_ended_and_no_other(desk: Desk, as_: As) -> None:
    convention = Convention.objects.get()
    client = as_("reviewer")
    assert client.post("/rapports/", {"convention": convention.slug, "month": "2026-08"}).status_code == 302
    for month in ("2026-10", "2027-01", "n'importe"):
        page = client.post("/rapports/", {"convention": convention.slug, "month": month})
        assert page.status_code == 400
        assert page.context["form"].errors["month"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("association", 403), ("agent", 403), ("service", 403), ("manager", 200), ("committee", 200)],
)
def test_who_opens_the_list_of_reports(desk: Desk, as_: As, role: str, status: int) -> None:
    assert as_(role).get("/rapports/").status_code == status


@time_machine.travel(NOW, tick=False)
def test_the_signatory_and_the_dsu_comment_side_by_side(desk: Desk, as_: As, report: Report) -> None:
    for role, words in (("reviewer", "Mois difficile."), ("manager", "Pièce attendue.")):
        sent = as_(role).post(f"/rapports/{report.pk}/commentaire/", {"commentary": words})
        assert sent.status_code == 302
    assert as_("committee").post(f"/rapports/{report.pk}/commentaire/", {"commentary": "x"}).status_code == 404
    page = as_("manager").get(f"/rapports/{report.pk}/").content.decode()
    assert page.count("Pièce attendue.") == 2 and page.count("Mois difficile.") == 1
    as_("reviewer").post(f"/rapports/{report.pk}/publier/")
    report.refresh_from_db()
    assert report.figures is not None
    told = report.figures["cover"]
    assert (told["commentary"], told["signatory_commentary"]) == ("Mois difficile.", "Pièce attendue.")
    assert as_("manager").post(f"/rapports/{report.pk}/commentaire/", {"commentary": "Trop tard"}).status_code == 409
