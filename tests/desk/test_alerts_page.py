"""The DSU suspends the delays of a perimeter from the desk, and relaunches them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gup.conventions.models import CycloneAlert
from gup.incidents.recalculating import recalculate_due
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def _local(**ago: int) -> str:
    return (timezone.localtime() - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")


def test_an_alert_is_declared_seen_by_everybody_and_ended(desk: Desk, as_: As) -> None:
    incident = IncidentFactory(residence=desk.residence, category=desk.category)
    dsu = as_("reviewer")
    answer = dsu.post(
        reverse("alerts"),
        {"perimeter": desk.residence.quartier.perimeter.slug, "started_at": _local(minutes=50), "reason": "Ouragan"},
        follow=True,
    )
    assert "Vigilance déclarée" in answer.content.decode()
    recalculate_due(timezone.now())
    assert incident.clocks.get(stage="resolve").due_at is None
    assert "Vigilance cyclonique depuis le" in as_("association").get(reverse("home")).content.decode()
    alert = CycloneAlert.objects.get()
    answer = dsu.post(reverse("alert-end", args=[alert.pk]), {"ended_at": _local(minutes=5)}, follow=True)
    assert "Vigilance terminée" in answer.content.decode()
    recalculate_due(timezone.now())
    assert incident.clocks.get(stage="resolve").due_at == incident.reported_at + timedelta(hours=24, minutes=45)
    assert "Vigilance cyclonique depuis le" not in as_("association").get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": ""}, "obligatoire"),
        ({"started_at": "demain"}, "date et une heure valides"),
        ({"perimeter": "ailleurs"}, "choix valide"),
        ({"started_at": _local(days=9)}, "dans les sept jours"),
        ({"started_at": _local(days=-1)}, "à l&#x27;avance"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(as_: As, given: dict[str, str], said: str) -> None:
    answer = as_("reviewer").post(
        reverse("alerts"), {"perimeter": "", "started_at": _local(minutes=1), "reason": "Ouragan", **given}
    )
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert CycloneAlert.objects.count() == 0


def test_an_end_before_the_beginning_is_refused(as_: As) -> None:
    dsu = as_("reviewer")
    dsu.post(reverse("alerts"), {"perimeter": "", "started_at": _local(minutes=30), "reason": "Ouragan"})
    answer = dsu.post(reverse("alert-end", args=[CycloneAlert.objects.get().pk]), {"ended_at": _local(hours=2)})
    assert (answer.status_code, "après son début" in answer.content.decode()) == (400, True)
