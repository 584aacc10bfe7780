"""The server dies, the browser dies, a new version comes: what was written is found again, and counted once."""

import re
import socket
import time
from collections.abc import Callable
from threading import Event

import pytest

from tests.journeys.chromium import PROGRAM
from tests.terrain.conftest import Enqueue, Town, more
from tests.terrain.network import Exchange, Network, Reply, cut
from tests.terrain.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")]


def test_a_server_killed_in_the_middle_of_a_photo_gets_it_when_it_is_back(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before, killed = town.held(), []

    def die(exchange: Exchange) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in exchange.headers.items())
        length = f"Host: 127.0.0.1\r\nContent-Length: {len(exchange.body)}\r\n"
        with socket.create_connection(("127.0.0.1", exchange.port)) as line:
            line.sendall(f"PUT {exchange.path} HTTP/1.1\r\n{head}{length}\r\n".encode() + exchange.body[:500])
            killed.extend(town.kill_server())

    network.on("PUT", "/photos/", die, times=1)
    enqueue(phone, "teal")
    phone.wait_until({"sent": 1}, seconds=60)
    assert killed
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)


def test_a_browser_killed_with_a_full_queue_sends_it_when_it_is_opened_again(
    switched_on: Callable[[], Phone], phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    names = [enqueue(phone, "teal", title=f"Panne {number}")["id"] for number in range(5)]
    phone.kill()
    phone = switched_on().open()
    assert [item["id"] for item in phone.items()] == names[::-1]
    network.mend()
    phone.wait_until({"sent": 5})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (5, 5)


def test_a_browser_killed_while_it_sends_sends_the_rest_once(
    switched_on: Callable[[], Phone], phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()

    heard = Event()

    def answer_nobody(exchange: Exchange) -> None:
        exchange.forward()
        heard.set()
        time.sleep(2)

    network.on("PUT", "/photos/", answer_nobody, times=1)
    enqueue(phone, "teal")
    assert heard.wait(20)
    # Its answer is lost with the browser: the item was left on its way.
    assert phone.states() == {"sending": 1}
    phone.kill()
    phone = switched_on().open()
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)


def test_a_draft_and_its_photo_outlive_the_page(switched_on: Callable[[], Phone], phone: Phone) -> None:
    phone.run(
        """
        const made = await drafts.newDraft("report", { residence: given });
        await drafts.saveDraft(made.id, { title: "Ascenseur ar" });
        const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
        canvas.getContext("2d").fillRect(0, 0, 9, 9);
        const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
        await drafts.addDraftPhoto(made.id, await photos.prepare(picture));
        """,
        "residence-essai",
    )
    phone.kill()
    phone = switched_on().open()
    found = phone.run(
        """
        const [first] = await drafts.drafts();
        const { fields, photos: [photo] } = await drafts.draft(first.id);
        return [fields, photo.bytes.byteLength > 100, (await names.sha256(photo.bytes)) === photo.sha256];
        """
    )
    assert found == [{"residence": "residence-essai", "title": "Ascenseur ar"}, True, True]


def test_a_new_version_waits_for_a_tap_and_finds_the_drafts(phone: Phone, network: Network, enqueue: Enqueue) -> None:
    def newer(exchange: Exchange) -> Reply:
        reply = exchange.forward()
        reply.body = re.sub(rb'VERSION = "\w+"', b'VERSION = "next"', reply.body)
        return reply

    network.on("PUT", "", cut)
    enqueue(phone, "teal")
    phone.run("await drafts.newDraft('report', { title: 'Fuite au' })")
    network.on("GET", "/terrain/sw.js", newer)
    phone.run(
        """
        const told = new Promise((done) => update.updateWaiting(done));
        await (await navigator.serviceWorker.ready).update();
        await told;
        """
    )
    assert "gup-terrain-next" in phone.page.evaluate("caches.keys()")
    assert phone.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => !!found.waiting)")
    with phone.page.expect_navigation():
        phone.run("update.applyUpdate()")
    phone.open()
    assert phone.page.evaluate("caches.keys()") == ["gup-terrain-next"]
    assert phone.run("return (await drafts.drafts()).map((each) => each.fields.title)") == ["Fuite au"]
    phone.wait_until({"waiting": 1})
