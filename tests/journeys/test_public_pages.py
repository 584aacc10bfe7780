"""Every state of the public pages, in four languages, at three widths and with text twice as large; without a script,
and with a keyboard alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from gup.incidents.enums import Channel, Status
from gup.incidents.intake import open_incident
from gup.incidents.models import Incident
from gup.partners.models import Management
from gup.places.models import QrCode
from mobile_forms.models import FormUse
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import IncidentFactory, ResidenceFactory, SpotFactory, UserFactory, photo_bytes
from tests.journeys.chromium import PHONE, PROGRAM, look_over, phone
from tests.journeys.test_in_a_browser import browser
from worker import tasks

__all__ = ["browser", "committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]
WIDTHS = (360, 1280, 390)
# What leaves the screen, or hides a part of its own words, once text is twice as large.
CUT = """[...document.querySelectorAll("body, body *")]
  .filter(each => !each.matches("input, select, textarea, option, .skip, .honey *"))
  .filter(each => !each.closest(".visually-hidden"))
  .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
  .map(each => each.outerHTML.slice(0, 80))"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_state_can_be_read_by_everybody(
    browser: Browser, desk: Desk, live_server: LiveServer, language: str
) -> None:
    prefix = "" if language == "fr" else f"/{language}"
    spot = SpotFactory(residence=desk.residence)
    qr = QrCode.objects.create(residence=desk.residence, spot=spot)
    retired = QrCode.objects.create(residence=desk.residence, revoked_at=timezone.now())
    left = QrCode.objects.create(residence=ResidenceFactory())
    Management.objects.filter(residence=left.residence).update(until=timezone.localdate())
    known = IncidentFactory(residence=desk.residence, spot=spot, category=desk.category)
    form = f"{prefix}/r/{qr.code}?famille={desk.category.family.slug}"
    with phone(browser, live_server.url, expected=("Failed to load resource",)) as page:
        for address in (
            f"{prefix}/r/{qr.code}",
            form,
            f"{prefix}/r/{retired.code}",
            f"{prefix}/r/{left.code}",
            f"{prefix}/r/inconnu",
            f"{prefix}/s/inconnu",
        ):
            page.goto(address)
            _read(page)
        _send(page, form, title="", reporter_email="pas une adresse", reporter_phone="pas un numéro")
        _read(page)
        _send(page, form, title="Encore", spot=str(spot.pk))
        expect(page.get_by_role("alert")).to_be_visible()
        _read(page)
        page.locator("button[name=is_another]").click()
        expect(page.locator(".reference")).to_be_visible()
        _read(page)
        _send(page, form, title="Autre", photos=[_picture(b"rien")], website="http://machine")
        _read(page)
        page.goto(f"{prefix}/r/{qr.code}")
        page.locator(".known button").first.click()
        expect(page.get_by_role("status")).to_be_visible()
        _read(page)
        page.locator(".known button").first.click()
        _read(page)
        for secret in _followed(desk, known):
            page.goto(f"{prefix}/s/{secret}")
            _read(page)
            if page.locator("form[action$=contest]").count():
                page.locator("form[action$=contest] button").click()
                _read(page)
        _flood(qr)
        _send(page, form, title="Une de trop", spot="")
        _read(page)


def test_a_tenant_whose_browser_runs_no_script_reports_to_the_reference(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    qr = QrCode.objects.create(residence=desk.residence)
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/r/{qr.code}")
    page.get_by_role("link", name=desk.category.family.name).click()
    page.get_by_label(desk.category.name).check()
    page.get_by_label("En une ligne").fill("Lumière éteinte dans l'escalier")
    page.get_by_label("Téléphone").fill("0696 12 34 56")
    page.get_by_label("Photos").set_input_files([_picture(photo_bytes()), _picture(b"pas une photo")])
    page.get_by_role("button", name="Envoyer").click()
    incident = Incident.objects.get()
    expect(page.locator(".reference")).to_have_text(incident.ref)
    expect(page.get_by_text("Une photo n'a pas été gardée")).to_be_visible()
    assert (incident.reporter_phone, incident.photos.count()) == ("0696123456", 1)
    incident.resolve(by=desk.people["agent"], at=timezone.now(), text="Refait.")
    page.get_by_role("link", name="Suivre mon signalement").click()
    page.get_by_label("Ce qui n'est pas réparé").fill("Toujours éteinte.")
    page.get_by_label("Photos").set_input_files(_picture(photo_bytes(colour="black")))
    page.get_by_role("button", name="Contester la réparation").click()
    expect(page.get_by_text("Merci, c'est enregistré.")).to_be_visible()
    incident.refresh_from_db()
    assert (incident.status, incident.photos.count()) == (Status.REOPENED, 2)
    context.close()


def test_a_keyboard_is_enough_to_report(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    qr = QrCode.objects.create(residence=desk.residence)
    with phone(browser, live_server.url) as page:
        page.goto(f"/r/{qr.code}")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        _tab_to(page, f".families a[href*='famille={desk.category.family.slug}']")
        page.keyboard.press("Enter")
        page.wait_for_url("**famille=**")
        _tab_to(page, "input[name=category]")
        page.keyboard.press("Space")
        _tab_to(page, "input[name=title]")
        page.keyboard.type("Lumière éteinte")
        _tab_to(page, "form#signaler > button")
        page.keyboard.press("Enter")
        expect(page.locator(".reference")).to_be_visible()
        _tab_to(page, "main a.button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ce qui s'est passé")).to_be_visible()
    assert Incident.objects.count() == 1


def test_nothing_moves_for_who_asked_that_nothing_moves(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    qr = QrCode.objects.create(residence=desk.residence)
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"/r/{qr.code}")
    moving = """[...document.querySelectorAll("*")].filter(each => {
      const style = getComputedStyle(each);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
    }).map(each => each.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
    context.close()


def _read(page: Page) -> None:
    """Axe finds nothing, and with text twice as large nothing leaves the screen or hides.

    The other widths are tried in French: what changes with the language is the length of the words.
    """
    for width in WIDTHS if page.locator("html[lang=fr]").count() else WIDTHS[-1:]:
        page.set_viewport_size({"width": width, "height": 844})
        look_over(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide, cut = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(CUT)
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert (wide, cut) == (390, []), f"{page.url} with text twice as large"


def _send(page: Page, address: str, *, photos: list[FilePayload] | None = None, **fields: str) -> None:
    """Fill the form as a machine or a hurried person would: past what the browser itself would stop."""
    page.goto(address)
    page.locator("input[name=category]").first.check()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if name == "spot":
            field.select_option(value)
        else:
            field.evaluate("(each, value) => { each.value = value }", value)
    if photos:
        page.locator("input[name=photos]").set_input_files(photos)
    page.locator("form#signaler").evaluate("each => { each.noValidate = true }")
    with page.expect_navigation():
        page.locator("form#signaler > button").last.click()


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def _picture(data: bytes) -> FilePayload:
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}


def _flood(qr: QrCode) -> None:
    FormUse.objects.bulk_create(FormUse(code=qr.code, address_hash="x" * 64, at=timezone.now()) for _ in range(60))


def _followed(desk: Desk, master: Incident) -> list[str]:
    """The secrets of one incident in each status, with photos before and after."""
    agent, dsu, now = desk.people["agent"], UserFactory(reviewer=True), timezone.now()
    by = desk.people["association"]
    lives: dict[Status, Callable[[Incident], object]] = {
        Status.OPENED: lambda one: one.add_photo(by=by, at=now, data=photo_bytes()),
        Status.ACKNOWLEDGED: lambda one: one.acknowledge(by=agent, at=now),
        Status.PLANNED: lambda one: one.plan(by=agent, at=now, planned_for=now + timedelta(days=2)),
        Status.ON_HOLD: lambda one: (
            one.acknowledge(by=agent, at=now),
            one.hold(by=agent, at=now, reason="parts", text="Pièce commandée."),
        ),
        Status.RESOLVED: lambda one: one.resolve(by=agent, at=now, proof=[photo_bytes(colour="white")]),
        Status.REOPENED: lambda one: (
            one.resolve(by=agent, at=now, text="Fait."),
            one.contest(by=by, at=now, text="Non."),
        ),
        Status.CLOSED: lambda one: (one.resolve(by=agent, at=now, text="Fait."), one.confirm(by=by, at=now)),
        Status.MERGED: lambda one: one.merge_into(master, by=dsu, at=now),
    }
    secrets = []
    for status, live in lives.items():
        opened = open_incident(
            by=by, at=now, residence=desk.residence, category=desk.category, title=status, channel=Channel.DESK
        )
        live(opened.incident)
        opened.incident.refresh_from_db()
        assert opened.incident.status == status
        secrets.append(opened.secret)
    tasks.derive_photos()
    return secrets
