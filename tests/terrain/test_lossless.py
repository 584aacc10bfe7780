"""Whatever the network, the server and the browser do: each report arrives once, or stays and says why."""

from collections.abc import Callable

import pytest

from tests.journeys.chromium import PROGRAM
from tests.terrain.conftest import Enqueue, Town, more
from tests.terrain.network import Network, captive_portal, cut, lose_the_answer, spoil
from tests.terrain.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")]


def test_a_report_with_two_photos_arrives(phone: Phone, town: Town, enqueue: Enqueue) -> None:
    before = town.held()
    enqueue(phone, "teal", "navy")
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 2)
    assert phone.items()[0]["ref"]
    assert phone.run("return (await store.base()).count('photos')") == 0


def test_the_app_opens_and_reports_without_network_from_its_second_start_on(
    switched_on: Callable[[], Phone], phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    phone.close()
    network.on("", "", cut)
    phone = switched_on()
    phone.context.set_offline(True)
    phone.open()
    enqueue(phone, "teal")
    phone.flush()
    phone.wait_until({"waiting": 1})
    assert more(before, town.held())["incident"] == 0
    network.mend()
    phone.context.set_offline(False)
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)


@pytest.mark.parametrize("part", ["incidents/", "/photos/"], ids=["of the report", "of the photo"])
def test_an_answer_that_is_lost_after_the_commit_counts_nothing_twice(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue, part: str
) -> None:
    before = town.held()
    network.on("PUT", part, lose_the_answer, times=1)
    enqueue(phone, "teal")
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)
    assert 200 in network.said("PUT", part)


def test_a_captive_portal_that_answers_200_keeps_the_report(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "", captive_portal)
    enqueue(phone, "teal")
    said = phone.flush()
    assert (said["stopped"], phone.states()) == ("later", {"waiting": 1})
    assert "Wi-Fi" in said["why"]
    assert more(before, town.held())["incident"] == 0
    network.mend()
    phone.wait_until({"sent": 1})
    assert more(before, town.held())["incident"] == 1


def test_a_photo_that_is_spoilt_on_the_way_is_sent_again(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "/photos/", spoil, times=1)
    enqueue(phone, "teal")
    phone.wait_until({"sent": 1})
    assert network.said("PUT", "/photos/") == [422, 201]
    assert more(before, town.held())["photo"] == 1


def test_a_photo_that_is_always_spoilt_is_refused_in_words_and_the_next_report_goes(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "/photos/", spoil, times=3)
    enqueue(phone, "teal")
    phone.wait_until({"refused": 1}, seconds=60)
    (item,) = phone.items()
    assert "empreinte" in item["problem"]["detail"]
    enqueue(phone, title="Fuite au 3e")
    phone.wait_until({"refused": 1, "sent": 1})
    phone.run("return queue.retry(given)", item["id"])
    phone.wait_until({"sent": 2})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (2, 1)
