"""The compliance review: the same figures as the report's and the API's, each opening its clocks, and arbitrage."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from gup.incidents.models import Clock, Incident
from gup.reports.building import build_requested
from gup.reports.models import Report
from gup.reports.requesting import request_report
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention

As = Callable[[str], Client]
OPENED = datetime(2026, 9, 7, 12, tzinfo=UTC)
REPAIRED = datetime(2026, 9, 7, 20, tzinfo=UTC)
LATER = datetime(2026, 9, 11, 20, tzinfo=UTC)
AFTER = datetime(2026, 10, 2, 12, tzinfo=UTC)
CLOCKS = "/engagements/horloges/?month=2026-09"


@pytest.fixture
def september(desk: Desk) -> Iterator[Desk]:
    """Two repairs in time and one four days late, all taken in charge at once; a month later."""
    for repaired in (REPAIRED, REPAIRED, LATER):
        _repaired(desk, repaired)
    with time_machine.travel(AFTER, tick=False):
        yield desk


def _repaired(desk: Desk, at: datetime, residence: object = None) -> Incident:
    incident = IncidentFactory(residence=residence or desk.residence, category=desk.category, at=OPENED)
    incident.acknowledge(by=desk.people["agent"], at=OPENED.replace(minute=30))
    incident.resolve(by=desk.people["agent"], at=at, text="Carte changée.")
    return incident


def test_page_api_and_report_say_the_same_month(september: Desk, as_: As) -> None:
    convention = september.bailleur.conventions.get()
    request_report(convention, date(2026, 9, 1), by=None, at=AFTER)
    build_requested(AFTER)
    report = Report.objects.get()
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=september.people['reviewer']).key}")
    told = {each["stage"]: each for each in api.get(f"/api/v1/reports/{report.pk}").json()["figures"]["stages"]}
    page = as_("reviewer").get("/engagements/?month=2026-09&by=stage")
    shown = {line.value: line for line, _ in page.context["lines"]}
    assert set(shown) == set(told) == {"acknowledge", "resolve"}
    for stage, line in shown.items():
        for count in ("contractual", "strict", "arbitrated"):
            rate = getattr(line.rates, count)
            assert {"held": rate.held, "missed": rate.missed} == told[stage][count]
        assert line.threshold_percent == told[stage]["threshold_percent"]
    assert (shown["resolve"].rates.contractual.held, shown["resolve"].rates.contractual.missed) == (2, 1)


@pytest.mark.parametrize("by", ["party", "quartier", "family", "stage", "convention", "month"])
def test_each_figure_opens_the_list_of_its_clocks(september: Desk, as_: As, by: str) -> None:
    client = as_("reviewer")
    lines = client.get(f"/engagements/?month=2026-09&by={by}").context["lines"]
    assert lines
    for line, address in lines:
        for account in ("contractual", "strict", "arbitrated"):
            rate = getattr(line.rates, account)
            for verdict, figure in (("held", rate.held), ("missed", rate.missed)):
                behind = client.get(f"{address}&rate={account}&verdict={verdict}")
                assert behind.context["page"].paginator.count == figure


def test_a_small_sample_is_marked(september: Desk, as_: As) -> None:
    assert "moins de 5 délais échus" in as_("reviewer").get("/engagements/?month=2026-09").content.decode()


def test_each_convention_is_compared_to_its_own_target(september: Desk, as_: As) -> None:
    client = as_("reviewer")
    gaps = client.get("/engagements/?month=2026-09").context["gaps"]
    found = {gap.line.value: gap.points for gap, _ in gaps}
    for gap, address in gaps:
        assert client.get(address).context["page"].paginator.count == gap.line.rates.contractual.decided
    assert found["acknowledge"] == 10
    assert found["resolve"] == pytest.approx(66.67 - 90, abs=0.01)


def test_a_manager_counts_her_own_bailleur_only(september: Desk, as_: As) -> None:
    other = OrganisationFactory()
    elsewhere = ResidenceFactory(bailleur=other)
    signed_convention(other, [elsewhere.quartier])
    incident = IncidentFactory(residence=elsewhere, category=september.category, at=OPENED)
    incident.resolve(by=UserFactory(agent=True, organisation=other), at=REPAIRED, text="Fait.")
    seen = as_("manager").get("/engagements/?month=2026-09")
    assert [line.value for line, _ in seen.context["lines"]] == [september.bailleur.slug]
    assert other.name not in seen.content.decode()
    refused = as_("manager").get(f"{CLOCKS}&party={other.slug}")
    assert (refused.status_code, refused.context["page"].paginator.count) == (400, 0)


def test_missed_clocks_are_excused_together_with_one_written_reason(september: Desk, as_: As) -> None:
    _repaired(september, LATER)
    client = as_("reviewer")
    missed = Clock.objects.filter(stage="resolve", due_at__lt=LATER, stopped_at=LATER)
    ticked = {"clock": [each.pk for each in missed], "text": "Route coupée par un glissement."}
    answer = client.post(f"{CLOCKS}&verdict=missed", ticked, follow=True)
    assert "2 délais sont excusés" in answer.content.decode()
    assert answer.context["page"].paginator.count == 2
    (line,) = (each for each, _ in client.get("/engagements/?month=2026-09&by=stage&stage=resolve").context["lines"])
    assert (line.rates.contractual.missed, line.rates.arbitrated.missed) == (2, 0)
    assert client.get(f"{CLOCKS}&rate=arbitrated&verdict=missed").context["page"].paginator.count == 0


@pytest.mark.parametrize(
    ("held_too", "text", "said"),
    [(False, "", "Un arbitrage s"), (True, "Force majeure.", "Seul un délai dépassé peut être excusé")],
)
def test_a_refused_arbitrage_writes_nothing_and_keeps_the_ticks(
    september: Desk, as_: As, held_too: bool, text: str, said: str
) -> None:
    missed = Clock.objects.get(stage="resolve", stopped_at=LATER)
    ticked = [missed.pk, *(Clock.objects.filter(stopped_at=REPAIRED).values_list("pk", flat=True) if held_too else ())]
    answer = as_("reviewer").post(f"{CLOCKS}&verdict=missed", {"clock": ticked, "text": text})
    page = answer.content.decode()
    assert (answer.status_code, said in page.replace("&#x27;", "'")) == (400, True)
    assert f'value="{missed.pk}" checked' in page
    assert not Clock.objects.filter(is_excused=True).exists()


def test_a_clock_that_is_nobodys_is_not_found(september: Desk, as_: As) -> None:
    for key in ("999999", "x", "9" * 40):
        assert as_("reviewer").post(CLOCKS, {"clock": [key], "text": "Essai."}).status_code == 404


def test_a_wrong_month_is_told_with_its_field(september: Desk, as_: As) -> None:
    answer = as_("reviewer").get("/engagements/?month=septembre")
    assert answer.status_code == 400
    assert answer.context["form"].errors["month"]


@pytest.mark.parametrize("address", ["/engagements/?month=2026-09", "/engagements/?month=2026-09&by=month", CLOCKS])
def test_the_review_costs_the_same_for_3_and_20_incidents(
    september: Desk, as_: As, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("reviewer")
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for _ in range(17):
        _repaired(september, LATER)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
