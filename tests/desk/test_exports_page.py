"""The page of exports: who asks, what is shown meanwhile, and a download that a poor network takes in several goes."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from gup.conventions.models import Convention
from gup.partners.models import AuditEntry
from gup.reports.enums import ExportStatus
from gup.reports.export_models import ConventionExport
from gup.reports.exporting import build_exports
from tests.api.conftest import committed
from tests.desk.conftest import Desk

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "snapshot"]),
    pytest.mark.usefixtures("committed"),
]
__all__ = ["committed"]
As = Callable[[str], Client]
NOW = datetime(2026, 10, 5, 15, 0, tzinfo=UTC)


def _asked(as_: As, role: str = "reviewer", **given: str) -> ConventionExport:
    answer = as_(role).post("/exports/", {"convention": Convention.objects.get().slug, **given})
    assert answer.status_code == 302
    return ConventionExport.objects.latest("pk")


def _body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@time_machine.travel(NOW, tick=False)
def test_the_page_reads_itself_again_until_the_archive_is_there(desk: Desk, as_: As) -> None:
    export = _asked(as_)
    assert as_("reviewer").get("/exports/")["Refresh"] == "4"
    assert build_exports(NOW) == 1
    ready = as_("reviewer").get("/exports/")
    assert "Refresh" not in ready
    assert f"/exports/{export.pk}.zip" in ready.content.decode()


@time_machine.travel(NOW, tick=False)
def test_a_download_that_was_cut_goes_on_where_it_stopped(desk: Desk, as_: As) -> None:
    export = _asked(as_)
    build_exports(NOW)
    client, address = as_("reviewer"), f"/exports/{export.pk}.zip"
    whole = client.get(address)
    data = _body(whole)
    assert (whole.status_code, len(data), whole["Accept-Ranges"]) == (200, int(whole["Content-Length"]), "bytes")
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": whole["ETag"]})
    assert (rest.status_code, _body(rest)) == (206, data[100:])
    assert rest["Content-Range"] == f"bytes 100-{len(data) - 1}/{len(data)}"
    for asked, part in (("bytes=0-9", data[:10]), ("bytes=-10", data[-10:]), ("bytes=5-999999999", data[5:])):
        assert _body(client.get(address, headers={"Range": asked})) == part
    another = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"autre"'})
    assert (another.status_code, _body(another)) == (200, data)
    assert _body(client.get(address, headers={"Range": "octets=1-2"})) == data
    for asked in (f"bytes={len(data)}-", "bytes=9-5", "bytes=-0"):
        assert client.get(address, headers={"Range": asked}).status_code == 416
    assert AuditEntry.objects.filter(action="export téléchargé").count() == 10, "each demand is noted"


@time_machine.travel(NOW, tick=False)
def test_names_are_for_the_administration(desk: Desk, as_: As) -> None:
    assert not _asked(as_, with_contacts="on").with_contacts
    named = _asked(as_, "administrator", with_contacts="on")
    assert named.with_contacts
    build_exports(NOW)
    assert as_("reviewer").get(f"/exports/{named.pk}.zip").status_code == 404
    assert _body(as_("administrator").get(f"/exports/{named.pk}.zip")).startswith(b"PK")
    assert AuditEntry.objects.filter(action="export nominatif demandé").count() == 1


def test_bad_demands_are_told(desk: Desk, as_: As) -> None:
    assert as_("reviewer").post("/exports/", {"convention": "inconnue"}).status_code == 400
    export = _asked(as_)
    early = as_("reviewer").get(f"/exports/{export.pk}.zip", follow=True)
    assert "pas prêt" in early.content.decode()
    ConventionExport.objects.update(status=ExportStatus.FORGOTTEN)
    assert "effacé" in as_("reviewer").get("/exports/").content.decode()
