"""Several incidents at once: what can go goes, what cannot is named, and a double click counts once."""

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gup.incidents.bulk import say_to_each
from gup.incidents.enums import EventKind, Status, Verb
from gup.incidents.models import Batch, Incident, IncidentEvent
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, OrganisationFactory, UserFactory

As = Callable[[str], Client]


def _some(desk: Desk, count: int) -> list[Incident]:
    return [IncidentFactory(residence=desk.residence, category=desk.category) for _ in range(count)]


def _given(incidents: list[Incident], **given: str) -> dict[str, str]:
    listing = " ".join(f"{each.ref}:{each.version}" for each in incidents)
    return {"key": str(uuid.uuid4()), "verb": "acknowledge", "incidents": listing, **given}


def test_what_is_refused_is_named_and_holds_nobody_back(desk: Desk, as_: As) -> None:
    incidents, foreign = _some(desk, 5), IncidentFactory()
    data = _given([*incidents, foreign])
    # One is no longer what was shown, one is already taken in charge.
    incidents[0].comment(by=desk.people["agent"], at=incidents[0].updated_at, text="Vu.")
    answer = as_("agent").post("/incidents/lot/", data, follow=True)
    page = answer.content.decode()
    assert "4 incidents sur 6" in page
    assert incidents[0].ref in page and "a changé" in page
    assert foreign.ref in page and "vous ne le voyez plus" in page and foreign.title not in page
    assert Incident.objects.filter(status=Status.ACKNOWLEDGED).count() == 4


def test_a_double_click_says_it_once(desk: Desk, as_: As) -> None:
    data = _given(_some(desk, 3))
    first, second = (as_("agent").post("/incidents/lot/", data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Batch.objects.get().done == 3
    (incident, *_) = Incident.objects.all()
    assert incident.events.filter(kind=EventKind.ACKNOWLEDGED).count() == 1
    assert as_("manager").get(first["Location"]).status_code == 404, "a batch is its maker's"


def test_what_is_ticked_or_all_that_is_filtered_is_shown_first(desk: Desk, as_: As) -> None:
    one, *_ = _some(desk, 3)
    ticked = as_("agent").get("/incidents/lot/", {"verb": "acknowledge", "pick": one.ref})
    assert [each.ref for each in ticked.context["chosen"]] == [one.ref]
    everything = as_("agent").get("/incidents/lot/", {"verb": "assign", "all": "1"})
    assert len(everything.context["chosen"]) == 3
    nothing = as_("agent").get("/incidents/lot/", {"verb": "assign"}, follow=True)
    assert "Cochez au moins un incident." in nothing.content.decode()


def test_a_transfer_asks_to_whom_and_why(desk: Desk, as_: As) -> None:
    incidents, town = _some(desk, 2), OrganisationFactory(kind="city_service")
    data = _given(incidents, verb="transfer")
    refused = as_("manager").post("/incidents/lot/", data)
    assert (refused.status_code, Batch.objects.count()) == (400, 0)
    assert incidents[0].title in refused.content.decode()
    sent = as_("manager").post("/incidents/lot/", {**data, "to": town.slug, "text": "Voirie."}, follow=True)
    assert "2 incidents sur 2" in sent.content.decode()
    assert set(Incident.objects.values_list("responsible__slug", flat=True)) == {town.slug}


def test_a_list_that_cannot_be_read_is_told(desk: Desk, as_: As) -> None:
    for listing in ("", "GUP-1", "GUP-1:x", "GUP-1:²"):
        answer = as_("agent").post("/incidents/lot/", _given([]) | {"incidents": listing})
        assert (answer.status_code, Batch.objects.count()) == (400, 0)


def _hidden(page: str) -> dict[str, str]:
    """What the form carries without showing it."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_of_500_of_which_3_are_refused_497_go_and_the_3_are_named(desk: Desk) -> None:
    template = _some(desk, 1)[0]
    incidents = [template, *_some(desk, 3)]
    for done in incidents[1:]:
        done.acknowledge(by=desk.people["agent"], at=timezone.now())
    incidents += [_copy(template, number) for number in range(496)]
    versions = {each.ref: each.version for each in incidents}
    batch = say_to_each(uuid.uuid4(), Verb.ACKNOWLEDGE, versions, by=desk.people["agent"], at=timezone.now())
    assert (batch.count, batch.done) == (500, 497)
    assert {each["ref"] for each in batch.refused} == {each.ref for each in incidents[1:4]}
    assert all("n'est pas possible" in each["reason"] for each in batch.refused)
    assert Incident.objects.filter(status=Status.ACKNOWLEDGED).count() == 500


def _copy(incident: Incident, number: int) -> Incident:
    """Another one like it, with its birth: five hundred intakes would be slow and show nothing more."""
    events = list(incident.events.all())
    copy = Incident.objects.get(pk=incident.pk)
    copy.pk, copy.ref, copy.follow_up_hash = None, f"GUP-2026-L{number}", str(number)
    copy.save(force_insert=True)
    for event in events:
        event.pk, event.incident = None, copy
    IncidentEvent.objects.bulk_create(events)
    return copy


def test_all_that_is_filtered_goes_and_nothing_else(desk: Desk, as_: As) -> None:
    late = [
        IncidentFactory(residence=desk.residence, category=desk.category, at=timezone.now() - timedelta(days=3))
        for _ in range(31)
    ]
    early, town = _some(desk, 1)[0], OrganisationFactory(city_service=True)
    client = as_("reviewer")
    assert "Tout ce qui est filtré (31)" in client.get("/incidents/?state=late").content.decode()
    page = client.get("/incidents/lot/?state=late&verb=transfer&all=1").content.decode()
    client.post("/incidents/lot/", {**_hidden(page), "to": town.slug, "text": "Voirie communale"})
    assert set(Incident.objects.filter(responsible=town)) == set(late)
    assert early.responsible != town


def test_an_incident_of_others_is_neither_shown_nor_told_apart_from_none(desk: Desk, as_: As) -> None:
    own, foreign, client = _some(desk, 1)[0], IncidentFactory(), as_("agent")
    page = client.get("/incidents/lot/", {"verb": "acknowledge", "pick": [own.ref, foreign.ref]}).content.decode()
    assert foreign.ref not in page
    sent = _hidden(page) | {"incidents": f"{own.ref}:{own.version} {foreign.ref}:{foreign.version} GUP-2026-RIEN:1"}
    client.post("/incidents/lot/", sent)
    refused = {each["ref"]: each["reason"] for each in Batch.objects.get().refused}
    assert refused[foreign.ref] == refused["GUP-2026-RIEN"]
    assert Incident.objects.get(pk=foreign.pk).status == Status.OPENED


@pytest.mark.parametrize(
    "given",
    [
        {"incidents": ""},
        {"incidents": "zut"},
        {"incidents": "GUP:\u0663"},
        {"incidents": "GUP-1:99999999999999999999"},
        {"incidents": " ".join(f"GUP-{n}:1" for n in range(501))},
        {"key": "zut"},
        {"verb": "close"},
        {"verb": "assign", "to": "zut"},
        {"verb": "transfer", "text": ""},
        {"text": "a" * 5000},
    ],
)
def test_a_batch_that_cannot_be_read_writes_nothing(desk: Desk, as_: As, given: dict[str, Any]) -> None:
    incident = _some(desk, 1)[0]
    whole = {"key": str(uuid.uuid4()), "verb": "acknowledge", "incidents": f"{incident.ref}:{incident.version}"}
    answer = as_("agent").post("/incidents/lot/", {**whole, **given})
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_colleague_of_another_house_cannot_be_named(desk: Desk, as_: As) -> None:
    stranger = UserFactory(agent=True)
    page = as_("manager").get("/incidents/lot/", {"verb": "assign", "pick": _some(desk, 1)[0].ref}).content.decode()
    assert str(stranger) not in page
    assert as_("manager").post("/incidents/lot/", {**_hidden(page), "to": stranger.pk}).status_code == 400


def test_who_may_do_nothing_has_no_box_to_tick(desk: Desk, as_: As) -> None:
    _some(desk, 1)
    assert 'name="pick"' in as_("agent").get("/incidents/").content.decode()
    assert 'name="pick"' not in as_("association").get("/incidents/").content.decode()
