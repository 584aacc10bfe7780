"""A phone's browser: the real Chromium of this machine, 390 pixels wide, and what axe says of the page it shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

PROGRAM = shutil.which("chromium")
# Nothing of its own on the network, and no sandbox: the suite may run as root in a container.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
# What is pressed with a thumb is 44 pixels high at least; links within a text are lines of it.
SMALL_TARGETS = """[...document.querySelectorAll("a.button, button, summary, select, input, textarea")]
  .filter(each => each.offsetParent && !each.closest(".honey") && !["checkbox", "radio", "hidden"].includes(each.type))
  .filter(each => each.getBoundingClientRect().height < 43.5)
  .map(each => (each.textContent || each.name).trim())"""
PATIENCE = 15_000
"""Milliseconds that one click or one page may take."""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def phone(browser: Browser, base: str, *, expected: tuple[str, ...] = ()) -> Iterator[Page]:
    """Somebody's own phone: no cookie of anybody else. Fails when a page wrote an error to its console.

    `expected`: how the errors begin that a page is meant to write, as Chromium does of each answer above 399.
    """
    complaints: list[str] = []
    context = browser.new_context(base_url=base, viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert [said for said in complaints if not said.startswith(expected or "\n")] == []


def look_over(page: Page) -> None:
    """The page holds in the width of the phone, and axe finds nothing to say against it."""
    # A screen that its own script draws is there once its heading is.
    page.locator("h1").first.wait_for()
    # Through the debugger: the page's own policy forbids scripts that come from elsewhere, ours included.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
    asked = {
        "expression": "axe.run().then(found => found.violations.map(each => "
        "`${each.id}: ${each.nodes.map(node => node.target).join(' ')}`))",
        "awaitPromise": True,
        "returnByValue": True,
    }
    answer = session.send("Runtime.evaluate", asked)
    session.detach()
    assert "exceptionDetails" not in answer, answer
    assert answer["result"]["value"] == [], f"{page.url}: {answer['result']['value']}"
    width, asked_for = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= asked_for, f"{page.url} is {width} pixels wide"
    assert page.evaluate(SMALL_TARGETS) == [], page.url
