"""An agent draws a box over a face with her finger; what is served from then on is black there."""

import io

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gup.incidents.models import Photo
from gup.incidents.photo_queue import derive_waiting
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import IncidentFactory, photo_bytes
from tests.journeys.chromium import PROGRAM, look_over
from tests.journeys.signed_in import signed_in
from tests.journeys.test_in_a_browser import browser

__all__ = ["browser", "committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]


def test_a_face_is_hidden_with_a_finger(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    for colour in ("white", "teal"):
        incident.add_photo(by=desk.people["agent"], at=timezone.now(), data=photo_bytes(colour=colour))
    derive_waiting()
    with signed_in(browser, live_server.url, desk.people["agent"]) as page:
        page.goto(f"/incidents/{incident.ref}/")
        page.locator(".photos a").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Photo 1 sur 2 : avant")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", level=1)).to_have_text("Photo 2 sur 2 : avant")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("heading", level=1)).to_have_text("Photo 1 sur 2 : avant")
        look_over(page)
        page.get_by_role("link", name="Masquer une partie").click()
        picture = page.locator(".redaction svg")
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5, steps=4)
        page.mouse.up()
        expect(page.locator(".redaction rect")).to_have_count(1)
        expect(page.get_by_role("group", name="Cadre")).to_have_count(2)
        look_over(page)
        page.get_by_role("button", name="Masquer et effacer").click()
        expect(page.get_by_text("Photo masquée.")).to_be_visible()
    photo = Photo.objects.order_by("pk")[0]
    with default_storage.open(photo.display) as stored, Image.open(io.BytesIO(stored.read())) as image:
        shown = image.convert("L")
        assert [shown.getpixel((int(x * 640), int(y * 480))) for x, y in ((0.25, 0.3), (0.7, 0.7))] == [0, 255]
    assert not default_storage.exists(photo.redactions.get().former_display)
