"""The list as a file and on a map: exactly what is filtered, and nothing that one may not read."""

import csv
import io
from collections.abc import Callable

from django.test import Client
from openpyxl import load_workbook

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


def test_a_confidential_one_leaves_only_with_who_may_read_it_and_is_noted(desk: Desk, as_: As) -> None:
    secret = IncidentFactory(residence=desk.residence, category=desk.category, is_confidential=True)
    assert _csv(as_("agent")) == []
    assert [line["référence"] for line in _csv(as_("manager"))] == [secret.ref]
    assert AuditEntry.objects.filter(action="lecture confidentielle", subject=secret.ref).count() == 1


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
