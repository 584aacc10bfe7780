"""What waits on the phone: its order, what stops it, what does not, and how a person gets on."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.chromium import PROGRAM
from tests.terrain.conftest import Enqueue, Town, more
from tests.terrain.network import Network, Reply, cut
from tests.terrain.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")]

MANY = """
for (let number = 0; number < given.count; number += 1) {
  await queue.enqueueReport({ ...given.report, title: `Panne ${number}` });
}
"""
# Noise does not compress: about a megabyte each.
HEAVY = """
const heavy = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
  const pixels = new ImageData(1600, 1200);
  for (let at = 0; at < pixels.data.length; at += 65536) crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
  for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return photos.prepare(await new Promise((done) => canvas.toBlob(done, "image/jpeg")));
};
"""


def test_two_tabs_that_send_at_once_send_each_report_once(
    phone: Phone, network: Network, town: Town, report: dict[str, Any]
) -> None:
    before = town.held()
    other = phone.context.new_page()
    phone.open(other)
    network.on("PUT", "", cut)
    for page in (phone.page, other):
        phone.run(MANY, {"report": report, "count": 10}, page=page)
    network.mend()
    for page in (phone.page, other):
        phone.run("queue.flush()", page=page)
    phone.wait_until({"sent": 20})
    assert network.said("PUT", "/incidents/") == [201] * 20
    assert more(before, town.held())["incident"] == 20
    assert phone.run("return (await queue.items()).length", page=other) == 20


def test_two_hundred_reports_of_a_day_without_network_go_in_one_flush(
    phone: Phone, network: Network, town: Town, report: dict[str, Any]
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    phone.run(MANY, {"report": report, "count": 200})
    phone.wait_until({"waiting": 200})
    network.mend()
    begun = time.monotonic()
    assert phone.flush()["stopped"] == ""
    print(f"200 reports in {time.monotonic() - begun:.1f} s")  # noqa: T201
    assert phone.states() == {"sent": 200}
    assert network.said("PUT", "/incidents/") == [201] * 200
    assert more(before, town.held())["incident"] == 200


def test_a_refused_report_says_its_field_and_the_others_go(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    enqueue(phone, title="La première")
    refused = enqueue(phone, "teal", title="La deuxième", category="n-existe-pas")
    enqueue(phone, "navy", title="La troisième")
    network.mend()
    phone.flush()
    phone.wait_until({"sent": 2, "refused": 1})
    (item,) = [each for each in phone.items() if each["state"] == "refused"]
    assert (item["id"], item["problem"]["field"]) == (refused["id"], "category")
    assert item["problem"]["detail"] == "Catégorie inconnue."
    assert more(before, town.held())["incident"] == 2
    phone.run("return queue.amend(...given)", [item["id"], {"category": town.facts["category"]}])
    phone.wait_until({"sent": 3})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (3, 2)


def test_a_whole_repair_without_network_arrives_in_its_order(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    network.on("PUT", "", cut)
    made = enqueue(phone, "teal")
    phone.run(
        HEAVY
        + """
        await queue.enqueueAction(given, { verb: "acknowledge" });
        await queue.enqueueAction(given, { verb: "resolve", text: "Porte réglée." }, [await heavy()]);
        """,
        made["id"],
    )
    with pytest.raises(Exception, match="en route"):
        phone.run("await queue.amend(given, { title: 'Autre' })", made["id"])
    network.mend()
    phone.flush()
    phone.wait_until({"sent": 3})
    name = made["id"].replace("-", "")
    assert town.value("status", "incidents_incident", client_uuid=name) == "resolved"
    heard = [path.split("?")[0].split("field/")[1] for _, path, _ in network.heard if "/incidents/" in path]
    kinds = ["photo" if "/photos/" in path else "action" if "/actions/" in path else "report" for path in heard]
    assert kinds == ["report", "action", "photo", "photo", "action"]


def test_what_became_impossible_keeps_both_versions(phone: Phone, town: Town, enqueue: Enqueue) -> None:
    made = enqueue(phone)
    phone.wait_until({"sent": 1})
    before = town.held()
    for words in ("Réparé.", "Réparé aussi."):
        phone.run(
            HEAVY + "return queue.enqueueAction(given[0], { verb: 'resolve', text: given[1] }, [await heavy()])",
            [made["id"], words],
        )
        phone.wait_until({"sent": 2} if words == "Réparé." else {"sent": 2, "conflict": 1})
    conflict = phone.items()[0]
    assert conflict["body"]["text"] == "Réparé aussi."
    assert conflict["current"]["status"] == "resolved"
    assert more(before, town.held())["incident"] == 0


def test_a_revoked_phone_keeps_everything_and_sends_it_when_associated_again(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    for number in range(4):
        enqueue(phone, "teal", title=f"Panne {number}")
    town.revoke_all()
    network.mend()
    said = phone.flush()
    assert said["stopped"] == "revoked"
    assert "associez-le de nouveau" in said["why"]
    phone.wait_until({"waiting": 4})
    assert more(before, town.held())["incident"] == 0
    assert phone.run("return (await session.session()).revoked")
    phone.enrol(town.code())
    phone.wait_until({"sent": 4})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (4, 4)


def test_what_one_person_made_never_goes_under_the_name_of_another(
    phone: Phone, network: Network, town: Town, enqueue: Enqueue
) -> None:
    before = town.held()
    network.on("PUT", "", cut)
    enqueue(phone, title="De l'agent")
    phone.run("return session.forget()")
    network.mend()
    phone.enrol(town.code("dsu"))
    enqueue(phone, title="Du DSU")
    phone.wait_until({"sent": 1, "waiting": 1})
    assert [(item["body"]["title"], item["held"]) for item in phone.items()] == [
        ("Du DSU", False),
        ("De l'agent", True),
    ]
    assert more(before, town.held())["incident"] == 1
    phone.enrol(town.code())
    phone.wait_until({"sent": 2})
    assert more(before, town.held())["incident"] == 2


@pytest.mark.parametrize("days", [2, -2])
def test_a_phone_whose_clock_is_two_days_off_dates_its_report_right(
    phone: Phone, town: Town, enqueue: Enqueue, days: int
) -> None:
    phone.context.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))
    phone.open()
    before = town.held()
    made = enqueue(phone, "teal")
    assert abs(datetime.fromisoformat(made["made_at"]) - datetime.now(UTC)) > timedelta(days=1.9)
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, 1)
    said = town.value("reported_at", "incidents_incident", client_uuid=made["id"].replace("-", ""))
    reported = datetime.fromisoformat(said).replace(tzinfo=UTC)
    assert abs(reported - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_full_phone_keeps_the_words_and_says_which_photos_it_could_not(
    phone: Phone, network: Network, town: Town, report: dict[str, Any]
) -> None:
    before = town.held()
    small(phone, quota=4_000_000)
    phone.enrol(town.code())
    network.on("PUT", "", cut)
    item = phone.run(
        HEAVY + "return queue.enqueueReport(given, [await heavy(), await heavy(), await heavy(), await heavy()])",
        report,
    )
    print(f"unkept: {item['unkept']}, kept: {len(item['photos'])}")  # noqa: T201
    assert item["body"]["title"] == report["title"]
    assert item["unkept"] > 0 and item["photos"]
    assert item["unkept"] + len(item["photos"]) == 4
    network.mend()
    phone.flush()
    phone.wait_until({"sent": 1})
    came = more(before, town.held())
    assert (came["incident"], came["photo"]) == (1, len(item["photos"]))


def test_a_phone_without_any_room_says_so_and_loses_nothing(
    phone: Phone, network: Network, town: Town, report: dict[str, Any]
) -> None:
    small(phone, quota=2_000_000)
    phone.enrol(town.code())
    network.on("PUT", "", cut)
    said = phone.run(
        """
        try {
          for (let number = 1; ; number += 1) await queue.enqueueReport({ ...given, description: "é".repeat(300_000) });
        } catch (error) {
          return error.message;
        }
        """,
        report,
    )
    assert said.startswith("Il n'y a plus de place sur ce téléphone")
    # One of them may be trying to leave at any moment.
    left = sum(phone.states().values())
    assert left > 0
    # What can be asked of the server again was let go first.
    assert phone.run("return known.reference()") is None
    phone.run("return queue.discard(given)", phone.items()[0]["id"])
    states = phone.states()
    assert set(states) <= {"waiting", "sending"} and sum(states.values()) == left - 1


def small(phone: Phone, *, quota: int) -> None:
    """A memory of so many bytes under the app's base; Chromium itself keeps the count."""
    phone.page.goto("/terrain/manifest.webmanifest")
    phone.page.evaluate(
        """async (quota) => {
          const bucket = await navigator.storageBuckets.open("small", { quota });
          Object.defineProperty(window, "indexedDB", { value: bucket.indexedDB });
        }""",
        quota,
    )


def test_a_server_that_asks_for_time_gets_it(phone: Phone, network: Network, enqueue: Enqueue) -> None:
    problem = b'{"status": 503, "title": "Busy", "detail": "Le service est occup\xc3\xa9."}'
    headers = [("Content-Type", "application/problem+json"), ("Retry-After", "4")]
    network.on("PUT", "", lambda exchange: Reply(503, headers, problem), times=1)
    begun = time.monotonic()
    enqueue(phone)
    phone.wait_until({"sent": 1})
    assert time.monotonic() - begun >= 4
    assert network.said("PUT", "") == [503, 201]


def test_the_queue_is_exported_with_its_photos(phone: Phone, network: Network, enqueue: Enqueue) -> None:
    network.on("PUT", "", cut)
    enqueue(phone, "teal")
    file = phone.run("return JSON.parse(await (await queue.exportFile()).text())")
    ((item,), (photo,)) = file["items"], file["items"][0]["photos"]
    assert (file["format"], item["body"]["title"]) == ("gup-terrain-1", "Ascenseur arrêté")
    assert photo["base64"].startswith("/9j/")
