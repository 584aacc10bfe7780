from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from gup.escalations.models import Escalation
from gup.incidents.models import Incident
from tests.api.conftest import Commune
from tests.factories import minutes_ago, signed_convention

As = Callable[[str | None], APIClient]
URL = "/api/v1/escalations"


def escalate(incident: Incident, level: int = 1) -> Escalation:
    clock = incident.clocks.order_by("stage").first()
    assert clock is not None
    at = minutes_ago(10)
    return Escalation.objects.create(
        clock=clock, incident=incident, level=level, audience="agency", reached_at=at, fired_at=at
    )


@pytest.mark.parametrize(
    ("who", "own", "foreign", "confidential"),
    [
        ("association", True, False, True),
        ("agent", True, False, False),
        ("manager", True, False, True),
        ("service", False, False, False),
        ("reviewer", True, True, True),
        ("committee", False, False, False),
        ("stranger_manager", False, True, False),
        ("nobody", False, False, False),
    ],
)
def test_escalations_are_seen_with_their_incidents(
    as_: As, commune: Commune, who: str, own: bool, foreign: bool, confidential: bool
) -> None:
    signed_convention(commune.other, [commune.elsewhere.quartier])
    made = {
        escalate(commune.incident()).pk: own,
        escalate(commune.foreign_incident()).pk: foreign,
        escalate(commune.incident(is_confidential=True)).pk: confidential,
    }
    client = as_(who)
    rows = client.get(URL).json()["results"]
    assert {row["id"] for row in rows} == {pk for pk, is_seen in made.items() if is_seen}
    for pk, is_seen in made.items():
        assert client.get(f"{URL}/{pk}").status_code == (200 if is_seen else 404)


def test_nobody_reads_no_escalation(as_: As, commune: Commune) -> None:
    assert as_(None).get(URL).status_code == 401


def test_escalations_are_told_newest_first_and_filtered(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    first, second = escalate(incident), escalate(incident, 2)
    other = escalate(commune.incident())
    client = as_("agent")

    def found(asked: str = "") -> list[int]:
        return [row["id"] for row in client.get(f"{URL}?{asked}").json()["results"]]

    assert found() == [other.pk, second.pk, first.pk]
    assert found(f"incident={incident.ref}") == [second.pk, first.pk]
    assert found("level=2") == [second.pk]
    assert found("audience=dsu") == []
    told = client.get(f"{URL}/{first.pk}").json()
    assert (told["incident"], told["stage"], told["level"]) == (incident.ref, "acknowledge", 1)
    page = client.get(f"{URL}?page_size=2").json()
    assert [row["id"] for row in client.get(page["next"]).json()["results"]] == [first.pk]
    for asked in ("level=deux", "level=0", "audience=presse", "couleur=bleu"):
        assert client.get(f"{URL}?{asked}").status_code == 400


def test_escalations_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, incident = as_("agent"), commune.incident()
    escalate(incident)
    with django_assert_num_queries(4):
        client.get(URL)
    for level in range(2, 21):
        escalate(incident, level)
    with django_assert_num_queries(4):
        assert len(client.get(URL).json()["results"]) == 20
