"""The same creation sent twice at the same instant, by two connections."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.response import Response
from rest_framework.test import APIClient

from api import idempotency
from gup.incidents.models import Incident
from tests.api.conftest import Commune

As = Callable[[str | None], APIClient]
BODY = {"residence": "les-alizes", "category": "lift-out", "title": "Ascenseur bloqué"}


def test_two_at_once_open_one_incident(
    committed: None, as_: As, commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_("association")
    is_creating, may_finish = threading.Event(), threading.Event()
    stored = idempotency._stored
    answers: dict[str, Any] = {}

    def slowly(response: Response, *args: Any) -> Response:
        """The first demand has created and not yet committed when the second comes."""
        is_creating.set()
        may_finish.wait(timeout=20)
        return stored(response, *args)

    monkeypatch.setattr(idempotency, "_stored", slowly)

    def send(name: str) -> None:
        try:
            answers[name] = client.post(
                "/api/v1/incidents", BODY, format="json", headers={"Idempotency-Key": "la-meme"}
            )
        finally:
            connections.close_all()

    first, second = (threading.Thread(target=send, args=[name]) for name in ("first", "second"))
    first.start()
    assert is_creating.wait(timeout=20)
    second.start()
    # PostgreSQL answers the second at once; SQLite makes it wait for the first, which then must end.
    second.join(timeout=10 if connection.vendor == "postgresql" else 0.5)
    may_finish.set()
    first.join()
    second.join()
    assert Incident.objects.count() == 1
    assert answers["first"].status_code == 201
    if connection.vendor == "postgresql":
        assert answers["second"].status_code == 409
        assert answers["second"]["Content-Type"] == "application/problem+json"
    else:
        assert answers["second"].status_code == 201
        assert answers["second"].json() == answers["first"].json()
