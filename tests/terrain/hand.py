"""Somebody's hand on a phone: what she touches, types, scans and reads on the screens of the field app."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from gup.partners.devices import issue_code
from gup.partners.models import User
from tests.journeys.chromium import PATIENCE, PHONE, look_over
from tests.terrain.phone import CONTROLLED

WIDTHS = (360, 390, 1280)
KEPT = """async (words) => {
  const base = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("gup-terrain");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const drafts = () => new Promise((resolve, reject) => {
    const asked = base.transaction("drafts").objectStore("drafts").getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  while (!(await drafts()).some((draft) => draft.fields.words === words)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  base.close();
}"""


class Hand:
    def __init__(self, page: Page) -> None:
        self.page = page

    def enrol(self, user: User) -> None:
        """As the desk's picture does it: the address brings the code."""
        code = issue_code(user, by=user, at=timezone.now())
        self.page.goto(f"/terrain/#code={code}")
        self.page.evaluate(CONTROLLED)
        self.touch("Associer ce téléphone")
        expect(self.heading()).to_have_text(f"Bonjour, {user}")
        expect(self.page.get_by_role("link", name="Mes résidences")).to_contain_text("1 résidence")

    def heading(self) -> Any:
        return self.page.get_by_role("heading", level=1)

    def touch(self, name: str) -> None:
        """A button."""
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str) -> None:
        """A link of the screen, not of the bar below it."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def go(self, where: str, title: str) -> None:
        self.page.evaluate("where => { location.hash = where }", where)
        expect(self.heading()).to_have_text(title)

    def photograph(self, words: str, colour: str = "teal") -> None:
        self.page.get_by_label(words, exact=True).and_(self.page.locator("input")).set_input_files(photo(colour))
        expect(self.page.get_by_role("img", name="Photo 1")).to_be_visible()

    def write(self, words: str) -> None:
        """Typed, and kept by the phone: it is kept at each letter, a moment after it."""
        self.page.get_by_label("En quelques mots").fill(words)
        self.page.evaluate(KEPT, words)

    def offline(self) -> None:
        self.page.context.set_offline(True)

    def online(self) -> None:
        self.page.context.set_offline(False)

    def queue(self, words: str) -> None:
        """What the top of every screen says of the queue."""
        expect(self.page.locator(".queue-state")).to_have_text(words)

    def all_sent(self, count: int) -> None:
        """So many things were sent and nothing waits: read on their own screen, since the top says so before too."""
        expect(self.page.locator(".notice.success")).to_be_visible()
        self.page.evaluate("location.hash = '#/envois'")
        expect(self.page.locator(".badge", has_text="Envoyé")).to_have_count(count)
        self.queue("Tout est envoyé")

    def look(self) -> None:
        """axe and the width, at each size."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": PHONE["height"]})
            look_over(self.page)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def photo(colour: str = "teal") -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@contextmanager
def in_hand(browser: Browser, base: str, user: User | None) -> Iterator[Hand]:
    """A phone of her own, associated with `user`; fails when a script failed on one of its screens."""
    complaints: list[str] = []
    context = browser.new_context(base_url=base, viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    hand = Hand(page)
    try:
        if user is not None:
            hand.enrol(user)
        yield hand
    finally:
        context.close()
    assert complaints == []


InHand = Callable[[str], Any]
