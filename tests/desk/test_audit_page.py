"""The administration reads the audit chain: searched, paged by key, verified, exported."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gup.partners.audit import note
from gup.partners.audit_models import AuditEntry
from tests.desk.conftest import Desk

As = Callable[[str], Client]
PAGE = "/administration/journal/"
NOON = datetime.fromisoformat("2026-09-10T16:00:00+00:00")


def _told(count: int, *, actor: str = "a@essai.example", action: str = "blocage", start: datetime = NOON) -> None:
    for number in range(count):
        note(actor=actor, action=action, subject=f"objet {number:03}", at=start + timedelta(minutes=number))


def test_lines_are_found_by_person_object_action_and_day(desk: Desk, as_: As) -> None:
    _told(2)
    _told(1, actor="b@essai.example", action="mandat", start=NOON + timedelta(days=3))
    client = as_("administrator")
    for query, shown in (
        ("q=b@essai", 1),
        ("q=objet 001", 1),
        ("action=blocage", 2),
        ("since=2026-09-11", 1),
        ("until=2026-09-10", 2),
        ("since=2026-09-13&until=2026-09-13", 1),
        ("q=personne", 0),
    ):
        page = client.get(f"{PAGE}?{query}").content.decode()
        assert page.count('<th scope="row">') == shown, query


@pytest.mark.parametrize("query", ["since=hier", "action=inconnue", "before=x", "before=0", f"before={2**63}"])
def test_what_cannot_be_searched_is_refused(desk: Desk, as_: As, query: str) -> None:
    assert as_("administrator").get(f"{PAGE}?{query}").status_code == 400
    assert as_("administrator").get(f"{PAGE}journal.csv?{query}").status_code == 400


def test_pages_follow_each_other_by_key_and_lose_nothing(desk: Desk, as_: As) -> None:
    _told(120)
    client, seen, before = as_("administrator"), [], None
    while True:
        answer = client.get(f"{PAGE}?action=blocage" + (f"&before={before}" if before else ""))
        seen += [line.subject for line in answer.context["lines"]]
        before = answer.context["older"]
        # What is written meanwhile moves no page.
        _told(1, start=NOON + timedelta(days=1))
        if before is None:
            break
    assert seen == [f"objet {number:03}" for number in reversed(range(120))]


def test_a_chain_that_is_whole_is_said_so_and_a_broken_one_names_its_line(desk: Desk, as_: As) -> None:
    _told(3)
    client = as_("administrator")
    assert "La chaîne est entière" in client.get(f"{PAGE}?verifier=1").content.decode()
    # Written past the product, by somebody who cannot make the digests agree.
    forged = {"actor": "x", "action": "blocage", "subject": "objet", "previous": "1" * 64, "digest": "2" * 64}
    AuditEntry.objects.create(at=NOON, **forged)
    page = client.get(f"{PAGE}?verifier=1").content.decode()
    assert "La chaîne est rompue : 1 ligne" in page


def test_the_file_holds_what_was_found_and_runs_nothing(desk: Desk, as_: As) -> None:
    note(actor="=1+1", action="blocage", subject="a;b", at=NOON)
    _told(1, action="mandat")
    answer = as_("administrator").get(f"{PAGE}journal.csv?action=blocage")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert len(lines) == 2
    assert '2026-09-10T12:00:00-04:00;\'=1+1;blocage;"a;b"' in lines[1]


def test_the_journal_asks_as_much_for_one_line_as_for_twenty(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    _told(1)
    client.get(PAGE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    few = asked()
    _told(20, start=NOON + timedelta(days=1))
    assert asked() == few
