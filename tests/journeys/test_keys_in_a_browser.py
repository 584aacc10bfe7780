"""A key is added and opens the desk in a real Chromium, under our own content policy; axe reads each of these pages."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import PASSWORD
from tests.journeys.chromium import PROGRAM, look_over, phone
from tests.journeys.test_in_a_browser import browser

__all__ = ["browser", "committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]
WIDTHS = (390, 768, 1280)


def _over(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        look_over(page)


def _fill_in(page: Page, email: str) -> None:
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.timeout(240)
def test_a_key_is_added_and_opens_the_desk(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    email = desk.people["manager"].email
    with phone(browser, live_server.url) as page:
        page.goto("/")
        _fill_in(page, email)
        expect(page.get_by_role("heading", name="Ma journée")).to_be_visible()
        page.goto("/compte/2fa/")
        _over(page)
        page.get_by_role("link", name="Ajouter une clé").click()
        expect(page.get_by_role("heading", name="Confirmer que c'est vous")).to_be_visible()
        _over(page)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Confirmer").click()
        expect(page.get_by_role("heading", name="Ajouter une clé")).to_be_visible()
        _over(page)
        _hold_a_key(page)
        page.get_by_label("Nom de la clé").fill("Téléphone d'essai")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/")
        _fill_in(page, email)
        expect(page.get_by_role("heading", name="Deuxième étape")).to_be_visible()
        page.get_by_role("button", name="Utiliser une clé").click()
        expect(page.get_by_role("heading", name="Ma journée")).to_be_visible()
        for address in ("/compte/2fa/", "/compte/2fa/webauthn/", "/compte/sessions/"):
            page.goto(address)
            _over(page)
        expect(page.get_by_text("celle-ci")).to_be_visible()
        page.goto("/compte/2fa/recovery-codes/")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Confirmer").click()
        for address in ("recovery-codes/", "recovery-codes/generate/", "totp/activate/"):
            page.goto(f"/compte/2fa/{address}")
            _over(page)
        page.context.clear_cookies()
        page.goto("/")
        _fill_in(page, email)
        expect(page.get_by_role("heading", name="Deuxième étape")).to_be_visible()
        _over(page)


def _hold_a_key(page: Page) -> None:
    """Give the browser a key that answers by itself. Looking a page over takes it away again."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
