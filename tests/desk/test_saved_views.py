"""Lists that one comes back to: kept under a name, renamed, moved, forgotten; each person has her own."""

from collections.abc import Callable

import pytest
from django.test import Client

from gup.incidents.models import SavedView
from gup.incidents.saved_views import MOST, save_view
from tests.desk.conftest import Desk

As = Callable[[str], Client]


def _keep(client: Client, name: str, query: str = "status=opened") -> int:
    return client.post("/incidents/vues/", {"name": name, "query": query}).status_code


def test_a_list_is_kept_and_found_again_above_the_list(desk: Desk, as_: As) -> None:
    client = as_("agent")
    assert _keep(client, "Mes nouveaux") == 302
    page = client.get("/incidents/?status=opened").content.decode()
    assert "Mes nouveaux" in page and "À prendre en charge" in page
    assert "Mes nouveaux" not in as_("manager").get("/incidents/").content.decode()


def test_a_name_is_given_once_and_a_wrong_list_is_not_kept(desk: Desk, as_: As) -> None:
    client = as_("agent")
    assert _keep(client, "Mes nouveaux") == 302
    assert _keep(client, "mes NOUVEAUX") == 400
    assert _keep(client, "") == 400
    assert _keep(client, "Faux", "residence=ailleurs") == 400
    assert SavedView.objects.count() == 1


def test_views_are_renamed_moved_and_deleted_by_their_owner(desk: Desk, as_: As) -> None:
    client = as_("agent")
    for name in ("A", "B"):
        _keep(client, name, f"q={name}")
    first, second = SavedView.objects.order_by("position")
    assert as_("manager").post(f"/incidents/vues/{first.pk}/", {"action": "delete"}).status_code == 404
    client.post(f"/incidents/vues/{second.pk}/", {"action": "up"})
    assert list(SavedView.objects.order_by("position").values_list("name", flat=True)) == ["B", "A"]
    assert client.post(f"/incidents/vues/{first.pk}/", {"action": "rename", "name": "B"}).status_code == 400
    client.post(f"/incidents/vues/{first.pk}/", {"action": "rename", "name": "Alpha"})
    client.post(f"/incidents/vues/{second.pk}/", {"action": "delete"})
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Alpha"]


def test_each_role_has_lists_of_its_own_from_the_start(desk: Desk, as_: As) -> None:
    assert "Réparations à confirmer" in as_("association").get("/incidents/").content.decode()
    assert "Transmissions proposées" in as_("reviewer").get("/incidents/").content.decode()
    assert "Transmissions proposées" not in as_("agent").get("/incidents/").content.decode()


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("", "", "obligatoire"),
        ("\u200b", "", "nom"),
        ("retards", "", "déjà une vue"),
        ("n" * 61, "", "60"),
        ("Autre", "status=inconnu", "ne peut pas être lu"),
        ("Autre", "q=" + "a" * 2100, "2000"),
    ],
)
def test_a_view_that_cannot_be_kept_is_told_why(desk: Desk, as_: As, name: str, query: str, words: str) -> None:
    save_view(desk.people["agent"], "Retards", "state=late")
    answer = as_("agent").post("/incidents/vues/", {"name": name, "query": query})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_no_more_views_than_a_person_reads(desk: Desk, as_: As) -> None:
    for number in range(MOST):
        save_view(desk.people["agent"], f"Vue {number}", "")
    assert as_("agent").post("/incidents/vues/", {"name": "De trop", "query": ""}).status_code == 400
    assert SavedView.objects.count() == MOST
