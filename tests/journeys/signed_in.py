"""A browser in which somebody is already logged in, for stories that do not begin at the door."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, Page

from gup.partners.models import User
from tests.authorization import browser as knocking
from tests.journeys.chromium import phone


@contextmanager
def signed_in(browser: Browser, base: str, user: User, *, expected: tuple[str, ...] = ()) -> Iterator[Page]:
    """Her phone, with her session; `expected` as for `phone`."""
    with phone(browser, base, expected=expected) as page:
        session = knocking(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
        yield page
