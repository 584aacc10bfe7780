"""The first page of each user, clicked in a real browser on a phone's width, and looked over by axe."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.partners.models import User
from gup.places.models import QrCode
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import PASSWORD, IncidentFactory, photo_bytes
from tests.journeys.chromium import PROGRAM, chromium, look_over, phone
from worker import tasks

__all__ = ["committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    # Rows that the server's threads read, emptied afterwards with the history that refuses it.
    pytest.mark.usefixtures("committed"),
]

SEEN = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def browser(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, where Django would refuse the tests' own queries.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with chromium() as started:
        yield started
        # Beside that loop the queries had a connection of their own: it is seen, and closed, while the loop runs only.
        connections.close_all()


def _picture(colour: str) -> FilePayload:
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(colour=colour)}


def _log_in(page: Page, user: User) -> None:
    page.goto("/")
    page.get_by_label("Courriel").fill(user.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    look_over(page)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="Ma journée")).to_be_visible()
    look_over(page)


def test_an_association_reports_and_the_bailleur_repairs(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    with phone(browser, live_server.url) as page:
        _log_in(page, desk.people["association"])
        page.get_by_role("link", name="Signaler", exact=True).click()
        look_over(page)
        page.get_by_label("Résidence").select_option(desk.residence.slug)
        page.get_by_label("De quoi s'agit-il").select_option(desk.category.slug)
        page.get_by_label("En une ligne").fill("Ascenseur bloqué au 2e étage")
        page.get_by_label("Photos").set_input_files(_picture("black"))
        page.get_by_role("button", name="Envoyer le signalement").click()
        incident = _told_on(page, "Signalement enregistré")
        tasks.derive_photos()
        page.reload()
        expect(page.locator("img[src*='/photos/']")).to_be_visible()
        look_over(page)

    with phone(browser, live_server.url) as page:
        _log_in(page, desk.people["agent"])
        page.get_by_role("link", name=incident.title).first.click()
        look_over(page)
        _say(page, "Prendre en charge")
        page.locator("summary", has_text="Annoncer la réparation").click()
        page.get_by_label("Photos après réparation").set_input_files(_picture("white"))
        look_over(page)
        page.get_by_role("button", name="Annoncer la réparation").click()
        expect(page.locator("h1 + .badge")).to_have_text("Réparation annoncée")
        tasks.derive_photos()
        page.reload()
        expect(page.locator("img[src*='/photos/']")).to_have_count(2)
        expect(page.locator("td .badge.held")).to_have_count(2)
        look_over(page)
    incident.refresh_from_db()
    assert (incident.status, incident.is_proven) == (Status.RESOLVED, True)


def test_the_dsu_sees_what_was_held_and_missed_and_opens_the_list(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    kept = IncidentFactory(residence=desk.residence, category=desk.category, at=SEEN)
    kept.acknowledge(by=desk.people["agent"], at=SEEN + timedelta(hours=1))
    kept.resolve(by=desk.people["agent"], at=SEEN + timedelta(hours=5), text="Carte remplacée.")
    forgotten = IncidentFactory(residence=desk.residence, category=desk.category, at=SEEN)
    with phone(browser, live_server.url) as page:
        _log_in(page, desk.people["reviewer"])
        page.get_by_role("link", name="Engagements").click()
        page.get_by_label("Mois").fill("2026-01")
        page.get_by_role("button", name="Afficher").click()
        cells = page.get_by_role("row", name=desk.bailleur.short_name).get_by_role("cell")
        expect(cells.nth(0)).to_have_text(f"2 tenus, {desk.bailleur.short_name} : voir la liste")
        expect(cells.nth(1)).to_have_text(f"2 dépassés, {desk.bailleur.short_name} : voir la liste")
        look_over(page)
        cells.nth(1).get_by_role("link").click()
        expect(page.get_by_role("link", name=forgotten.ref)).to_have_count(2)
        expect(page.get_by_role("link", name=kept.ref)).to_have_count(0)
        look_over(page)


def test_a_tenant_reports_from_the_stairwell_and_contests_the_repair(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    qr = QrCode.objects.create(residence=desk.residence)
    with phone(browser, live_server.url) as page:
        page.goto(f"/r/{qr.code}")
        look_over(page)
        page.get_by_role("link", name=desk.category.family.name).click()
        look_over(page)
        page.get_by_label(desk.category.name).check()
        page.get_by_label("En une ligne").fill("Lumière éteinte dans l'escalier")
        page.get_by_label("Photos").set_input_files(_picture("black"))
        page.get_by_role("button", name="Envoyer").click()
        expect(page.get_by_text("Merci, c'est enregistré.")).to_be_visible()
        look_over(page)
        incident = Incident.objects.get()
        expect(page.locator(".reference")).to_have_text(incident.ref)
        incident.resolve(by=desk.people["agent"], at=timezone.now(), text="Refait.")
        page.get_by_role("link", name="Suivre mon signalement").click()
        look_over(page)
        page.get_by_label("Ce qui n'est pas réparé").fill("Toujours éteinte.")
        page.get_by_role("button", name="Contester la réparation").click()
        expect(page.get_by_text("Merci, c'est enregistré.")).to_be_visible()
        look_over(page)
    incident.refresh_from_db()
    assert incident.status == Status.REOPENED


def _told_on(page: Page, words: str) -> Incident:
    """The only incident there is, once the page says these words and its reference."""
    notice = page.get_by_role("status").filter(has_text=words)
    expect(notice).to_be_visible()
    incident = Incident.objects.get()
    expect(notice).to_contain_text(incident.ref)
    return incident


def _say(page: Page, verb: str) -> None:
    """Unfold a verb on the incident's page, and send it as it is."""
    page.locator("summary", has_text=verb).click()
    page.get_by_role("button", name=verb).click()
    expect(page.get_by_role("status").filter(has_text=f"{verb} : enregistré")).to_be_visible()
