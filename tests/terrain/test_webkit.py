"""The queue in WebKit, which evicts, forgets Blobs and knows no Background Sync."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terrain.conftest import Town, more
from tests.terrain.network import Network, captive_portal, cut, lose_the_answer
from tests.terrain.webkit import WebKit, webkit

pytestmark = pytest.mark.browser

REPORT = """
const canvas = Object.assign(document.createElement("canvas"), { width: 2000, height: 1000 });
canvas.getContext("2d").fillRect(100, 100, 900, 500);
const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
const item = await queue.enqueueReport(given, [await photos.prepare(picture)]);
return [item.state, item.photos.map(({ width, height, type }) => [width, height, type])];
"""


@pytest.fixture
def window(network: Network, town: Town, tmp_path: Path) -> Iterator[WebKit]:
    """The app, associated, in a window of WebKit; skipped where this machine has none."""
    try:
        with webkit(network.address, tmp_path / "webkit") as opened:
            opened.open("/terrain/")
            answer = opened.run("return session.enrol(given, 'iPhone')", town.code(), modules=("session",))
            assert answer["kind"] == "ok", answer
            yield opened
    except OSError as silence:
        pytest.skip(str(silence))
    finally:
        town.revoke_all()


def test_a_report_and_its_photo_outlive_a_reload_and_arrive_once(
    window: WebKit, network: Network, town: Town, report: dict[str, Any]
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    said = window.run(REPORT, report, modules=("queue", "photos"))
    assert said == ["waiting", [[1600, 800, "image/jpeg"]]]
    window.open("/terrain/?encore")
    kept = "return (await store.photoBytes((await items.allItems())[0].photos[0].uuid)).byteLength"
    assert window.run(kept, modules=("store", "items")) > 1000
    network.mend()
    network.on("PUT", "incidents/", captive_portal, times=1)
    network.on("PUT", "incidents/", lose_the_answer, times=1)
    network.on("PUT", "/photos/", lose_the_answer, times=1)
    end = time.monotonic() + 40
    while (states := window.run("return (await items.allItems()).map((each) => each.state)", modules=("items",))) != [
        "sent"
    ]:
        assert time.monotonic() < end, states
        window.run("await queue.flush()", modules=("queue",))
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)
