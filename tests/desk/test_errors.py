"""An error of ours has a page of its own, which needs nothing of what is broken."""

from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_with_the_base_gone_the_page_still_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(reviewer=True))

    def gone(self: CursorWrapper, *query: Any, **given: Any) -> None:
        raise OperationalError("la base ne répond pas")

    monkeypatch.setattr(CursorWrapper, "execute", gone)
    for address in ("/", "/incidents/", "/r/unCode"):
        answer = client.get(address)
        assert answer.status_code == 500
        told = answer.content.decode()
        assert "Elle vient de nous" in told
        assert 'href="tel:18"' in told
