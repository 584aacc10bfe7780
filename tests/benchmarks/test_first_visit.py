"""What a phone in a stairwell waits for: the bytes of a first visit, and the time until the form can be used.

400 kbit/s, 400 ms each way and back, and a processor four times slower than this one's, as Chromium simulates them.
"""

import os
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.benchmarks.measures import sized
from tests.journeys.chromium import PHONE, PROGRAM, chromium
from tests.journeys.installation import Installation

SLOW_NETWORK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER_PROCESSOR = 4
MOST_BYTES = 60_000
# When the words could be read, and when the page answered a finger.
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [paint.startTime / 1000, Math.max(page.domInteractive, paint.startTime) / 1000];
}"""


@pytest.fixture
def installation() -> Iterator[Installation]:
    started = Installation({}).start()
    try:
        started.wait_for("the first page", lambda: started.visitor().get("/healthz").status in (200, 503), seconds=60)
        yield started
    finally:
        started.remove()


@pytest.mark.benchmark
@pytest.mark.timeout(600)
@pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")
def test_a_first_visit_on_a_slow_phone(installation: Installation) -> None:
    facts = installation.facts
    runs = sized(small=1, default=5, full=9)
    machine = f"{os.cpu_count()} cores, Chromium, 400 kbit/s, 400 ms, processor x{SLOWER_PROCESSOR} slower"
    sys.stdout.write(f"\nFirst visit ({machine}, best of {runs})\n")
    with chromium() as browser:
        for what, address in (
            ("the poster's page", f"/r/{facts['code']}"),
            ("the form of a family", f"/r/{facts['code']}?famille={facts['family']}"),
        ):
            measured = [_visit(browser, f"http://127.0.0.1:{installation.port}{address}") for _ in range(runs)]
            size, painted, usable = min(each[0] for each in measured), *map(min, list(zip(*measured, strict=True))[1:])
            sys.stdout.write(
                f"{what:<30} {size:>8,} bytes   read {painted:.2f} s   usable after {usable:.2f} s (promised: 2)\n"
            )
            assert size < MOST_BYTES


def _visit(browser: Browser, address: str) -> tuple[int, float, float]:
    """Bytes that came over the network (headers included), seconds to the first words, seconds to a usable page."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    page.goto(address, wait_until="networkidle")
    painted, usable = page.evaluate(TIMES)
    context.close()
    return int(sum(received)), painted, usable
