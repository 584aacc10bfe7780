"""Whatever goes wrong is told as a problem, in French, with its status."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, ValidationError
from django.http import UnreadablePostError
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient

from api.errors import problem_details
from gup.incidents.models import Incident
from tests.api.conftest import Commune

As = Callable[[str | None], APIClient]


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (Throttled(wait=12.4), 429),
        (PermissionDenied(), 403),
        (RequestDataTooBig(), 413),
        (TooManyFieldsSent(), 400),
        (UnreadablePostError(), 400),
        (ValidationError("Impossible."), 400),
        (ValidationError({"title": ["Trop long."]}), 400),
    ],
)
def test_what_the_framework_raises_is_told_as_a_problem(raised: Exception, status: int, db: None) -> None:
    answer = problem_details(raised, {})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.data["status"] == status
    assert answer.data["title"] and answer.data["detail"]


def test_a_throttled_client_is_told_when_to_come_back(db: None) -> None:
    assert problem_details(Throttled(wait=12), {})["Retry-After"] == "12"


def test_a_fault_of_ours_is_a_problem_that_says_nothing_of_its_cause(
    as_: As, commune: Commune, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret de fabrication")

    monkeypatch.setattr(Incident, "acknowledge", broken)
    incident, client = commune.incident(), as_("agent")
    client.raise_request_exception = False
    answer = client.post(f"/api/v1/incidents/{incident.ref}/acknowledge", {}, format="json")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.content.decode()
    assert "unexpected error in the API" in caplog.text
