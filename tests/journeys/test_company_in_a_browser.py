"""A company opens its link on a phone, accepts, sends a photo and says that it is done."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gup.incidents.photo_queue import derive_waiting
from gup.incidents.work_orders import link_of
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import IncidentFactory, photo_bytes
from tests.journeys.chromium import PROGRAM, look_over, phone
from tests.journeys.signed_in import signed_in
from tests.journeys.test_in_a_browser import browser

__all__ = ["browser", "committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]


@pytest.mark.timeout(240)
def test_a_company_repairs_and_the_agent_announces_it(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    incident.add_photo(by=desk.people["association"], at=timezone.now(), data=photo_bytes(colour="gray"))
    derive_waiting()
    with signed_in(browser, live_server.url, desk.people["agent"]) as page:
        page.goto(f"/incidents/{incident.ref}/")
        page.get_by_role("link", name="Confier à une entreprise").click()
        page.get_by_label("Entreprise").fill("Ascenseurs du Sud")
        page.get_by_label("Ce qui est demandé").fill("Remettre en marche l'ascenseur.")
        look_over(page)
        page.get_by_role("button", name="Confier l'intervention").click()
        expect(page.get_by_role("heading", name="Intervention de Ascenseurs du Sud")).to_be_visible()
        look_over(page)
    path = link_of(incident.work_orders.get()).partition("/intervention/")[2]
    with phone(browser, live_server.url) as page:
        page.goto(f"/intervention/{path}")
        look_over(page)
        page.get_by_role("button", name="Ouvrir la demande").click()
        expect(page.get_by_text("Remettre en marche l'ascenseur.")).to_be_visible()
        look_over(page)
        page.get_by_label("Intervention prévue le").fill("2999-01-01T08:00")
        page.get_by_role("button", name="Accepter l'intervention").click()
        expect(page.get_by_text("acceptée · prévue le")).to_be_visible()
        page.get_by_label("Ce qui a été fait").fill("Carte changée.")
        pictures = {"name": "apres.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(colour="green")}
        page.get_by_label("Photos après réparation").first.set_input_files(pictures)  # type: ignore[arg-type]
        page.get_by_role("button", name="Déclarer l'intervention faite").click()
        expect(page.get_by_text("Vous l'avez déclarée faite")).to_be_visible()
        look_over(page)
    with signed_in(browser, live_server.url, desk.people["agent"]) as page:
        page.goto(f"/incidents/{incident.ref}/")
        page.locator("summary", has_text="Annoncer la réparation").click()
        page.get_by_role("button", name="Annoncer la réparation").click()
        expect(page.get_by_text("Annoncer la réparation : enregistré.")).to_be_visible()
    with phone(browser, live_server.url, expected=("Failed to load resource",)) as page:
        page.goto(f"/intervention/{path}")
        expect(page.get_by_role("heading", name="Ce lien n'ouvre plus rien")).to_be_visible()
        look_over(page)
