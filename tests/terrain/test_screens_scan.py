"""A poster in front of the camera: a film of it, in a real Chromium that has no reader of its own."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from django.db import connections
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from gup.places.models import QrCode
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import SpotFactory
from tests.journeys.chromium import PROGRAM, QUIET
from tests.terrain.hand import in_hand

__all__ = ["committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]


def film_of(address: str, path: Path) -> Path:
    """Some frames of the poster's code, as Chromium takes them for a camera."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="png", scale=8, border=4)
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(Image.open(file).convert("RGB").resize((400, 400)), (120, 40))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    path.write_bytes(jpeg.getvalue() * 10)
    return path


@pytest.fixture
def poster(desk: Desk) -> QrCode:
    spot = SpotFactory(residence=desk.residence, name="Hall A")
    code: QrCode = QrCode.objects.create(residence=desk.residence, spot=spot)
    return code


@pytest.fixture
def camera(committed: None, poster: QrCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    film = film_of(f"https://gup.example/r/{poster.code}", tmp_path / "poster.mjpeg")
    seen = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PROGRAM, args=[*QUIET, *seen, f"--use-file-for-fake-video-capture={film}"]
        )
        yield browser
        browser.close()
        connections.close_all()


def test_a_poster_scanned_without_network_says_where_it_hangs(
    camera: Browser, desk: Desk, poster: QrCode, live_server: LiveServer
) -> None:
    with in_hand(camera, live_server.url, desk.people["association"]) as hand:
        hand.offline()
        hand.follow("Signaler")
        expect(hand.page.get_by_label("Endroit")).to_have_value("")
        hand.touch("Scanner l'affiche du lieu")
        expect(hand.page.get_by_label("Endroit")).to_have_value(str(poster.spot_id))
        expect(hand.page.locator("video")).to_have_count(0)
