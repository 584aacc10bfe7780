"""Every page that the product has, as the DSU's administrator sees it, on a phone and on a desk: axe finds nothing."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.api.conftest import Commune, committed, commune
from tests.authorization import ROLES, own_world
from tests.authorization import browser as knocking
from tests.journeys.chromium import PROGRAM, look_over
from tests.journeys.test_in_a_browser import browser
from tests.test_authorization_matrix import BY_NAME, MATRIX, letters

__all__ = ["browser", "committed", "commune", "letters"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed", "letters"),
]
SIZES = [(390, 844), (1280, 900)]


@pytest.mark.timeout(300)
def test_axe_finds_nothing_on_any_page(browser: Browser, live_server: LiveServer, commune: Commune) -> None:
    client = knocking(commune.people["administrator"])
    pages = _pages(client, commune)
    assert len(pages) > 30
    for width, height in SIZES:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": height})
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        for address in pages:
            page.goto(address)
            look_over(page)
        context.close()


def _pages(client: Client, commune: Commune) -> list[str]:
    """The addresses that the matrix opens to an administrator and that answer a page."""
    world, column = own_world(commune), ROLES.index("administrator")
    opened = [name for (name, method), (own, _, _) in MATRIX.items() if method == "GET" and own[column] == "o"]
    # The interface's own documentation is another library's page.
    addresses = [world.address(BY_NAME[name]) for name in opened if not name.startswith(("api:", "docs", "healthz"))]
    addresses += [f"/{code}/r/{world.qr.code}?famille={commune.category.family.slug}" for code in ("en", "es", "ht")]
    found = []
    for address in addresses:
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # to its end, which closes the file
        elif answer["Content-Type"].startswith("text/html"):
            found.append(address)
    return found
