"""The list of incidents in a real browser: narrowed without a reload, kept, exported, acted on at once, on a map."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.places.models import Residence
from tests.api.conftest import committed
from tests.authorization import browser as knocking
from tests.desk.conftest import Desk, desk
from tests.factories import IncidentFactory
from tests.journeys.chromium import PROGRAM, look_over
from tests.journeys.test_in_a_browser import browser

__all__ = ["browser", "committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_agent_narrows_the_list_keeps_it_takes_it_away_and_acts_on_it(
    browser: Browser, desk: Desk, live_server: LiveServer, scripts: bool
) -> None:
    late = [
        IncidentFactory(residence=desk.residence, category=desk.category, at=timezone.now() - timedelta(days=3))
        for _ in range(2)
    ]
    IncidentFactory(residence=desk.residence, category=desk.category)
    Residence.objects.filter(pk=desk.residence.pk).update(latitude="14.61", longitude="-61.00")
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, java_script_enabled=scripts
    )
    complaints: list[str] = []
    session = knocking(desk.people["agent"]).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/incidents/")
    if not scripts:
        page.get_by_text("Affiner et trier").click()
    page.get_by_label("De 1 à 7 jours").check()
    if not scripts:
        page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("heading", name="Incidents (2)")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/incidents/?late=week" if scripts else page.url)
    assert "late=week" in page.url
    if scripts:
        for width in (390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            look_over(page)

    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert {line["référence"] for line in csv.DictReader(file, delimiter=";")} == {each.ref for each in late}

    page.get_by_text("Garder cette liste").click()
    page.get_by_label("Nom de la vue").fill("Mes retards")
    page.get_by_role("button", name="Garder", exact=True).click()
    expect(page.get_by_role("link", name="Mes retards")).to_have_attribute("aria-current", "page")

    for each in late:
        page.get_by_label(f"Choisir {each.ref}").check()
    page.get_by_role("button", name="Prendre en charge…").click()
    page.get_by_role("button", name="Prendre en charge : 2 incidents").click()
    expect(page.get_by_text("2 incidents sur 2")).to_be_visible()
    assert Incident.objects.filter(status=Status.ACKNOWLEDGED).count() == 2

    page.goto("/incidents/carte/?late=week")
    expect(page.get_by_role("link", name=desk.residence.name).first).to_be_visible()
    if scripts:
        expect(page.locator("#carte path.leaflet-interactive")).to_have_count(1)
        look_over(page)
    context.close()
    assert complaints == []
