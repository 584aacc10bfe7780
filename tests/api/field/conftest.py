"""A phone in somebody's hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from gup.partners.devices import enrol, issue_code
from tests.api.conftest import Commune, as_, commune

__all__ = ["NOW", "Phone", "as_", "commune", "phone_of", "report_of"]

NOW = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
FIELD = "/api/v1/field"


class Phone:
    """Says things under names of its own; `clock` is how far its clock is ahead of ours."""

    def __init__(self, token: str, *, clock: timedelta = timedelta()) -> None:
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Device {token}")
        self.clock = clock

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"{FIELD}/{path}", headers=headers)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.put(f"{FIELD}/{path}", body, format="json", headers={"Sent-At": self.now()})

    def now(self, ago: timedelta = timedelta()) -> str:
        """What its clock shows, or showed."""
        return (timezone.now() + self.clock - ago).isoformat()


@pytest.fixture
def phone_of(commune: Commune) -> Callable[..., Phone]:
    """`phone_of("agent")` is the agent's phone, enrolled just now."""

    def enrolled(name: str, **given: Any) -> Phone:
        user, now = commune.people[name], timezone.now()
        _, token = enrol(issue_code(user, by=user, at=now), name="Téléphone", at=now)
        return Phone(token, **given)

    return enrolled


@pytest.fixture
def report_of(commune: Commune) -> Callable[..., dict[str, Any]]:
    def body(phone: Phone, **given: Any) -> dict[str, Any]:
        return {
            "made_at": phone.now(),
            "residence": commune.residence.slug,
            "category": commune.category.slug,
            "title": "Ascenseur arrêté",
            **given,
        }

    return body


def name() -> str:
    return str(uuid4())
