"""Posters at the desk: ticked, printed, replaced; what cannot be is said with the ticks kept."""

import pytest
from django.test import Client

from gup.partners.audit_models import AuditEntry
from gup.places.codes import live_code
from gup.places.models import QrCode, Residence, Spot
from gup.posters.places import MOST_PLACES
from tests.factories import OrganisationFactory, ResidenceFactory, SpotFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def residence() -> Residence:
    made: Residence = ResidenceFactory(bailleur=OrganisationFactory())
    SpotFactory(residence=made, name="Ascenseur A1")
    return made


@pytest.fixture
def manager(residence: Residence) -> Client:
    client = Client()
    client.force_login(UserFactory(manager=True, organisation=residence.managements.get().bailleur))
    return client


def test_what_is_ticked_comes_as_one_pdf(manager: Client, residence: Residence) -> None:
    page = manager.get("/affiches/")
    assert page.status_code == 200
    lift = residence.spots.get()
    ticked = [f"r{residence.pk}", f"s{lift.pk}"]
    assert all(f'value="{key}"' in page.content.decode() for key in ticked)
    for how, name in (("a4", "affiches.pdf"), ("stickers", "autocollants.pdf")):
        answer = manager.post("/affiches/imprimer/", {"place": ticked, "how": how})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert name in answer["Content-Disposition"]
        assert answer.content.startswith(b"%PDF-")
    assert QrCode.objects.filter(residence=residence, revoked_at=None).count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"how": "a4"}, "Cochez au moins un lieu."),
        ({"how": "a3"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_printed_is_said(manager: Client, given: dict[str, object], said: str) -> None:
    answer = manager.post("/affiches/imprimer/", given)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_whole_residence_is_printed_by_one_tick_up_to_what_a_printer_takes(
    manager: Client, residence: Residence
) -> None:
    given = {"how": "a4", "place": [f"a{residence.pk}"]}
    assert manager.post("/affiches/imprimer/", given).status_code == 200
    Spot.objects.bulk_create(Spot(residence=residence, kind="lift", name=f"B{n}") for n in range(MOST_PLACES))
    refused = manager.post("/affiches/imprimer/", given)
    assert refused.status_code == 400
    assert "202 lieux sont cochés : imprimez-en 200 au plus à la fois." in refused.content.decode()


def test_a_refusal_keeps_the_ticks(manager: Client, residence: Residence) -> None:
    answer = manager.post("/affiches/imprimer/", {"how": "a3", "place": [f"r{residence.pk}"]})
    assert f'value="r{residence.pk}" checked' in answer.content.decode()


def test_another_bailleurs_places_are_not_found(manager: Client) -> None:
    elsewhere = ResidenceFactory()
    assert manager.post("/affiches/imprimer/", {"how": "a4", "place": [f"r{elsewhere.pk}"]}).status_code == 404
    assert manager.get(f"/affiches/r{elsewhere.pk}/remplacer/").status_code == 404
    assert manager.post(f"/affiches/r{elsewhere.pk}/remplacer/").status_code == 404


def test_one_code_is_replaced_at_a_time(manager: Client, residence: Residence) -> None:
    for key in (f"a{residence.pk}", "r", "s0", "x1", "r" + "9" * 30):
        assert manager.post(f"/affiches/{key}/remplacer/").status_code == 404, key


def test_a_replaced_code_says_so_to_who_scans_the_old_poster(manager: Client, residence: Residence) -> None:
    lift = residence.spots.get()
    old, public = live_code(residence, lift), Client()
    assert "cesseront de fonctionner" in manager.get(f"/affiches/s{lift.pk}/remplacer/").content.decode()
    assert public.get(f"/r/{old.code}").status_code == 200
    assert manager.post(f"/affiches/s{lift.pk}/remplacer/").status_code == 302
    told = public.get(f"/r/{old.code}")
    assert told.status_code == 410
    assert "Cette affiche a été remplacée" in told.content.decode()
    assert 'href="tel:18"' in told.content.decode()
    assert public.get(f"/r/{live_code(residence, lift).code}").status_code == 200
    assert AuditEntry.objects.filter(action="remplacement d'un QR code").count() == 1
