"""Several incidents at once: what can go goes, what cannot is named, and a double click counts once."""

import uuid
from collections.abc import Callable

from django.test import Client

from gup.incidents.enums import EventKind, Status
from gup.incidents.models import Batch, Incident
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, OrganisationFactory

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
