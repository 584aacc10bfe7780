"""Bilans and committees, as the DSU and the others find them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from gup.conventions.models import Convention
from gup.reports.bilan.making import build_bilans
from gup.reports.models import Bilan, CommitteeSession, Decision
from tests.desk.conftest import Desk

As = Callable[[str], Client]
NOW = datetime(2026, 10, 5, 15, 0, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
def test_the_dsu_asks_comments_and_publishes(desk: Desk, as_: As) -> None:
    convention, client = Convention.objects.get(), as_("reviewer")
    asked = client.post("/bilans/", {"convention": convention.slug, "kind": "annual", "year": "2026"})
    bilan = Bilan.objects.get()
    assert asked["Location"] == f"/bilans/{bilan.pk}/"
    assert client.get(f"/bilans/{bilan.pk}/")["Refresh"] == "4"
    assert build_bilans(NOW) == 1
    page = client.get(f"/bilans/{bilan.pk}/")
    assert "Ordre du jour proposé" in page.content.decode() and "Refresh" not in page
    assert client.post(f"/bilans/{bilan.pk}/commenter/", {"commentary": "x" * 2001}).status_code == 400
    assert client.post(f"/bilans/{bilan.pk}/commenter/", {"commentary": "Rude."}).status_code == 302
    assert build_bilans(NOW) == 1
    assert as_("committee").get(f"/bilans/{bilan.pk}/").status_code == 404
    assert client.post(f"/bilans/{bilan.pk}/publier/").status_code == 302
    assert client.post(f"/bilans/{bilan.pk}/publier/").status_code == 409
    assert "Rude." in as_("committee").get(f"/bilans/{bilan.pk}/").content.decode()
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert as_("manager").get(f"/bilans/{bilan.pk}/bilan.{kind}").content.startswith(start)
    pdf = as_("manager").get(f"/bilans/{bilan.pk}/bilan.pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("given", [{"year": "2030"}, {"year": "deux mille"}, {"kind": "x"}, {"convention": "inconnue"}])
def test_a_bad_demand_is_told(desk: Desk, as_: As, given: dict[str, str]) -> None:
    answer = as_("reviewer").post("/bilans/", {"convention": "", "kind": "annual", "year": "2026", **given})
    assert (answer.status_code, Bilan.objects.count()) == (400, 0)


@time_machine.travel(NOW, tick=False)
def test_a_committee_s_decision_is_written_and_followed(desk: Desk, as_: As) -> None:
    client, owner = as_("reviewer"), desk.bailleur.slug
    given = {"committee": "technical", "convention": Convention.objects.get().slug, "held_at": "2026-10-01T09:00"}
    assert client.post("/comites/", given).status_code == 302
    assert client.post("/comites/", given).status_code == 400, "the same sitting twice"
    session = CommitteeSession.objects.get()
    decide = f"/comites/{session.pk}/decider/"
    assert client.post(decide, {"text": "", "owner": owner}).status_code == 400
    assert as_("manager").post(decide, {"text": "Je décide", "owner": owner}).status_code == 400
    assert client.post(decide, {"text": "Repeindre le hall", "owner": owner}).status_code == 302
    decision = Decision.objects.get()
    settle = f"/comites/decisions/{decision.pk}/suite/"
    assert client.post(settle, {"outcome": "done", "text": ""}).status_code == 400
    assert client.post(settle, {"outcome": "done", "text": "Fait."}).status_code == 302
    assert client.post(settle, {"outcome": "done", "text": "Encore."}).status_code == 400
    page = as_("committee").get("/comites/").content.decode()
    assert "Repeindre le hall" in page and "Fait." in page and "Inscrire une séance" not in page
    assert as_("agent").get("/comites/").status_code == 403
