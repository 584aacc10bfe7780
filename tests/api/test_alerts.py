"""Cyclone alerts through the API: declared by the DSU, read by all, ended once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from gup.conventions.models import CycloneAlert
from gup.incidents.recalculating import recalculate_due
from tests.api.conftest import Commune

As = Callable[[str | None], APIClient]
URL = "/api/v1/alerts"


def _ago(**length: int) -> str:
    return (timezone.now() - timedelta(**length)).isoformat()


def test_an_alert_suspends_its_perimeter_until_it_is_ended(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    perimeter = incident.residence.quartier.perimeter.slug
    body = {"perimeter": perimeter, "reason": "Ouragan", "started_at": _ago(minutes=10)}
    made = as_("reviewer").post(URL, body, format="json")
    assert (made.status_code, made.json()["perimeter"], made.json()["ended_at"]) == (201, perimeter, None)
    recalculate_due(timezone.now())
    assert incident.clocks.get(stage="resolve").due_at is None
    (row,) = as_("association").get(URL).json()["results"]
    assert row == made.json()
    ended = as_("reviewer").post(f"{URL}/{row['id']}/end", {"ended_at": _ago(minutes=1)}, format="json")
    assert ended.status_code == 200
    assert ended.json()["ended_at"] is not None
    again = as_("reviewer").post(f"{URL}/{row['id']}/end", {"ended_at": _ago(seconds=1)}, format="json")
    assert (again.status_code, "déjà terminée" in str(again.json())) == (400, True)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"perimeter": "ailleurs"}, "perimeter"),
        ({"reason": " "}, "reason"),
        ({"started_at": "hier"}, "started_at"),
        ({"started_at": "2020-01-01T00:00:00Z"}, "started_at"),
        ({"severity": 5}, "severity"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(as_: As, commune: Commune, given: dict[str, object], field: str) -> None:
    body = {"perimeter": None, "reason": "Ouragan", "started_at": _ago(minutes=1), **given}
    answer = as_("reviewer").post(URL, body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert CycloneAlert.objects.count() == 0
