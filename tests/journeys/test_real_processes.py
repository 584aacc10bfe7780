"""The real thing: server, worker and beat as `gup run` starts them, on the embedded default and on real servers."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import PASSWORD, photo_bytes
from tests.journeys.installation import Installation, borrowed_servers
from tests.journeys.visitor import Answer, Visitor

MONTH = "2026-01"


@pytest.fixture(params=["embedded", "servers"])
def gup(request: pytest.FixtureRequest) -> Iterator[Installation]:
    """An installation that has just been started; skipped where the servers it asks for do not answer."""
    with ExitStack() as stack:
        try:
            servers = stack.enter_context(borrowed_servers()) if request.param == "servers" else {}
        except OSError as silence:
            pytest.skip(str(silence))
        made = Installation(servers)
        stack.callback(made.remove)
        yield made.start()


def test_an_installation_does_its_whole_job_by_itself_and_leaves_nothing_behind(gup: Installation) -> None:
    public = gup.visitor()
    gup.wait_for("the server answers", lambda: public.get("/healthz"), seconds=90)

    follow_up = _report_from_the_stairwell(gup, public)
    ref = _report_what_is_long_overdue(gup)
    dsu = _ask_for_the_report(gup)

    shown = gup.wait_for("the photo is ready on the tenant's page", lambda: _photo(public, follow_up), seconds=15)
    assert (shown.status, shown.kind, shown.body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    letter = gup.wait_for("the tenant's receipt is in the mail folder", lambda: _letter(gup, "voisin@"), seconds=15)
    assert follow_up in letter
    told = gup.wait_for("what is overdue was escalated", lambda: _escalated(gup, ref), seconds=25)
    assert max(told) == 4
    pdf = gup.wait_for("the report that was asked for is built", lambda: _pdf(gup, dsu), seconds=30)
    assert pdf.body.startswith(b"%PDF-")
    gup.wait_for("worker and beat are both heard", lambda: public.get("/healthz").status == 200, seconds=45)
    assert public.get("/healthz").json["silent"] == []

    gup.command("verify-clocks")
    assert gup.stop() == []


def _report_from_the_stairwell(gup: Installation, public: Visitor) -> str:
    """A tenant's report with a photo; the address of its follow-up page."""
    said = {
        "category": gup.facts["category"],
        "title": "Ascenseur arrêté au 2e",
        "reporter_email": "voisin@essai.example",
        "photos": SimpleUploadedFile("photo.jpg", photo_bytes(), "image/jpeg"),
    }
    received = public.fill(f"/r/{gup.facts['code']}?famille={gup.facts['family']}", said)
    assert received.status == 201, received.text
    found = re.search(r'href="(/s/[\w-]+)"', received.text)
    assert found
    return found[1]


def _photo(public: Visitor, follow_up: str) -> Answer | None:
    found = re.search(rf'src="({follow_up}/photos/[\w-]+\.jpg)"', public.get(follow_up).text)
    return public.get(found[1]) if found else None


def _letter(gup: Installation, to: str) -> str | None:
    """The text of the first letter sent to an address that begins so."""
    for path in sorted((gup.var / "mail").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if str(message["To"]).startswith(to):
            body = message.get_body(("plain",))
            return str(body.get_content()) if body else None
    return None


def _report_what_is_long_overdue(gup: Installation) -> str:
    """An association reports what it saw six days ago: four hours for a first contact are long over."""
    seen = datetime.now(UTC) - timedelta(days=6)
    said = {
        "residence": gup.facts["residence"],
        "category": gup.facts["category"],
        "title": "Ascenseur B arrêté depuis une semaine",
        "reported_at": seen.isoformat(),
    }
    opened = gup.visitor(gup.facts["association"]).send("/api/v1/incidents", said)
    assert opened.status == 201, opened.text
    return str(opened.json["ref"])


def _escalated(gup: Installation, ref: str) -> list[int]:
    found = gup.visitor(gup.facts["dsu_token"]).get("/api/v1/escalations").json["results"]
    return [each["level"] for each in found if each["incident"] == ref]


def _ask_for_the_report(gup: Installation) -> Visitor:
    """The DSU logs in as a person does, and asks for a month."""
    dsu = gup.visitor()
    inside = dsu.fill("/compte/login/", {"login": gup.facts["dsu"], "password": PASSWORD})
    assert "Se déconnecter" in inside.text, inside.status
    asked = dsu.fill("/rapports/", {"convention": gup.facts["convention"], "month": MONTH})
    assert asked.status == 200, asked.text
    return dsu


def _pdf(gup: Installation, dsu: Visitor) -> Answer | None:
    """The built report as the DSU downloads it."""
    asked = f"/api/v1/reports?convention={gup.facts['convention']}&month={MONTH}"
    (report,) = gup.visitor(gup.facts["dsu_token"]).get(asked).json["results"]
    return dsu.get(f"/rapports/{report['id']}/rapport.pdf") if report["status"] == "draft" else None
