"""The list as a file and on a map: exactly what is filtered, and nothing that one may not read."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gup.incidents.models import Incident
from gup.partners.models import AuditEntry
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory

As = Callable[[str], Client]


def _csv(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/incidents/liste.csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_files_hold_what_the_list_shows_and_run_nothing(desk: Desk, as_: As) -> None:
    one = IncidentFactory(residence=desk.residence, category=desk.category, title="=1+1")
    IncidentFactory(residence=desk.residence, category=desk.category, title="Autre")
    IncidentFactory()
    client = as_("agent")
    assert len(_csv(client)) == 2
    (line,) = _csv(client, f"?q={one.ref}")
    assert (line["référence"], line["titre"]) == (one.ref, "'=1+1")
    book = load_workbook(io.BytesIO(b"".join(client.get("/incidents/liste.xlsx").streaming_content)))  # type: ignore[attr-defined]
    titles = {row[1].value: row[1].data_type for row in book["Incidents"].iter_rows(min_row=2)}
    assert titles == {"=1+1": "s", "Autre": "s"}
    assert client.get("/incidents/liste.csv?status=inconnu").status_code == 400


def test_the_map_shows_the_filtered_incidents_and_says_what_has_no_place(desk: Desk, as_: As) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("agent").get("/incidents/carte/")
    assert page.context["total"] == 1
    assert "n'est pas connue" in page.content.decode() and page.context["points"] == []
    desk.residence.latitude, desk.residence.longitude = "14.610000", "-61.000000"
    desk.residence.save()
    placed = as_("agent").get("/incidents/carte/")
    assert [point["count"] for point in placed.context["points"]] == [1]
    assert as_("agent").get("/incidents/carte/?status=closed").context["total"] == 0
    assert "http" not in placed["Content-Security-Policy"]


def _cells(client: Client, query: str = "") -> list[tuple[object, ...]]:
    answer = client.get(f"/incidents/liste.xlsx?{query}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return list(book["Incidents"].iter_rows(values_only=True))


def test_a_file_holds_exactly_what_is_filtered_in_its_order(desk: Desk, as_: As) -> None:
    for number in range(40):
        incident = IncidentFactory(residence=desk.residence, category=desk.category)
        if number % 2:
            incident.acknowledge(by=desk.people["agent"], at=timezone.now())
    IncidentFactory()
    expected = list(
        Incident.objects.filter(residence=desk.residence, status="acknowledged").order_by("-reported_at", "-id")
    )
    query = "status=acknowledged&sort=reported"
    assert [line["référence"] for line in _csv(as_("agent"), f"?{query}")] == [each.ref for each in expected]
    heading, *rows = _cells(as_("agent"), query)
    assert heading[0] == "Référence"
    assert [row[0] for row in rows] == [each.ref for each in expected]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@A1", "\uff1d1+1", "=HYPERLINK(1)"])
def test_a_text_that_looks_like_a_formula_is_a_text(desk: Desk, as_: As, start: str) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category, title=start)
    assert _csv(as_("agent"))[0]["titre"] == f"'{start}"
    answer = as_("agent").get("/incidents/liste.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cell = book["Incidents"]["B2"]
    assert (cell.value, cell.data_type) == (start, "s")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_confidential_incident_is_in_the_file_of_who_may_read_it_and_that_is_written(
    desk: Desk, as_: As, kind: str
) -> None:
    secret = IncidentFactory(residence=desk.residence, category=desk.category, is_confidential=True)
    IncidentFactory(residence=desk.residence, category=desk.category)
    read: Callable[[Client], object] = _csv if kind == "csv" else _cells
    assert secret.ref not in str(read(as_("agent")))
    assert not AuditEntry.objects.filter(action="lecture confidentielle").exists()
    assert secret.ref in str(read(as_("manager")))
    entry = AuditEntry.objects.get(action="lecture confidentielle")
    assert (entry.actor, entry.subject) == (desk.people["manager"].email, secret.ref)


def test_nobody_reads_the_contact_of_who_reported_in_a_file(desk: Desk, as_: As) -> None:
    IncidentFactory(residence=desk.residence, category=desk.category, reporter_email="a@essai.example")
    assert "essai.example" not in str(_csv(as_("reviewer")))
    assert "essai.example" not in str(_cells(as_("reviewer")))
