"""Residences come in as a file or one by one: told what is wrong, shown what changes, written whole or not at all."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from gup.partners.audit import broken_links
from gup.partners.models import AuditEntry
from gup.places.enums import SpotKind
from gup.places.models import Residence, Spot
from tests.desk.conftest import Desk
from tests.factories import OrganisationFactory, QuartierFactory, ResidenceFactory, SpotFactory

As = Callable[[str], Client]
PAGE = "/administration/residences/"
HEAD = "Code de la résidence;Nom;Quartier;Bailleur;Logements;Lieu;Nature du lieu;Dans le lieu"


def _file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEAD, *lines]).encode(encoding)


def _deposit(client: Client, data: bytes, name: str = "residences.csv") -> tuple[int, str]:
    answer = client.post(f"{PAGE}importer/", {"file": SimpleUploadedFile(name, data)})
    return answer.status_code, answer.content.decode()


def _agree(client: Client, shown: str) -> tuple[int, str]:
    agreed = re.search(r'name="agreed" value="([^"]+)"', shown)
    assert agreed, shown
    answer = client.post(f"{PAGE}importer/confirmer/", {"agreed": agreed[1]})
    return answer.status_code, answer.content.decode()


@pytest.fixture
def town(desk: Desk) -> Desk:
    QuartierFactory(slug="mahault", name="Mahault")
    return desk


def test_a_file_is_shown_then_written_whole(town: Desk, as_: As) -> None:
    client, bailleur = as_("administrator"), town.bailleur
    data = _file(
        f"les-lys;Résidence Les Lys;Mahault;{bailleur.name};24;;;",
        "les-lys;;;;;Entrée A;Entrée;Bâtiment A",
        "les-lys;;;;;Bâtiment A;Bâtiment;",
        f"{town.residence.slug};Un autre nom;{town.residence.quartier.name};;48;;;",
    )
    status, shown = _deposit(client, data)
    assert status == 200
    for words in ("Résidence Les Lys", "Entrée A (Entrée)", "Un autre nom"):
        assert words in shown
    assert not Residence.objects.filter(slug="les-lys").exists()
    assert _agree(client, shown)[0] == 302
    made = Residence.objects.get(slug="les-lys")
    assert (made.dwellings, made.quartier.slug, made.managements.get().bailleur) == (24, "mahault", bailleur)
    assert Spot.objects.get(name="Entrée A").parent == Spot.objects.get(name="Bâtiment A")
    town.residence.refresh_from_db()
    assert town.residence.name == "Un autre nom"
    assert town.residence.managements.get().bailleur == bailleur
    assert AuditEntry.objects.filter(action="lieu créé").count() == 2
    assert broken_links() == []
    status, again = _deposit(client, data)
    assert "Rien ne changerait" in again


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_back_the_same(town: Desk, as_: As, kind: str) -> None:
    client = as_("administrator")
    building = SpotFactory(residence=town.residence, kind=SpotKind.BUILDING, name="=Bâtiment 1")
    SpotFactory(residence=town.residence, name="12", parent=building)
    ResidenceFactory(slug="007", name="Résidence, « à part » ; dite l'Autre", bailleur=None, dwellings=None)
    exported = client.get(f"{PAGE}residences.{kind}")
    assert "attachment" in exported["Content-Disposition"]
    status, shown = _deposit(client, exported.content, f"residences.{kind}")
    assert status == 200, shown
    assert "Rien ne changerait" in shown
    if kind == "csv":
        assert client.get(f"{PAGE}residences.csv").content == exported.content
    else:
        sheet = load_workbook(BytesIO(exported.content))["Résidences et lieux"]
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}


@pytest.mark.parametrize(
    ("lines", "place", "reason"),
    [
        (["les-lys;Les Lys;Nulle part;;;;;"], '<td data-label="Ligne">2</td>', "qui n&#x27;existe pas"),
        (["les-lys;;Mahault;;;;;"], "B «&nbsp;Nom&nbsp;»", "obligatoire sur la ligne"),
        (["les-lys;Les Lys;Mahault;;zéro;;;"], "E «&nbsp;Logements&nbsp;»", "Un nombre est attendu"),
        (["les-lys;Les Lys;Mahault;;0;;;"], "E «&nbsp;Logements&nbsp;»", "Entre 1 et"),
        (["les-lys;Les Lys;Mahault;Ville;;;;"], "D «&nbsp;Bailleur&nbsp;»", "pas un bailleur"),
        (["inconnue;;;;;Entrée;Entrée;"], "A «&nbsp;Code de la résidence&nbsp;»", "n&#x27;a pas de ligne"),
        (["les-lys;Les Lys;Mahault;;;;;", "les-lys;;;;;Hall;Grotte;"], "G «&nbsp;Nature", "pas dans la liste"),
        (["les-lys;Les Lys;Mahault;;;;;", "les-lys;;;;;Hall;;"], "G «&nbsp;Nature", "Un lieu a une nature"),
        (["les-lys;Les Lys;Mahault;;;;;", "les-lys;;;;;A;Entrée;B"], "H «&nbsp;Dans", "n&#x27;existe pas dans"),
        (["les-lys;Les Lys;Mahault;;;;;", "les-lys;;;;;A;Entrée;A"], "H «&nbsp;Dans", "dans lui-même"),
        (["les-lys;Les Lys;Mahault;;;;;", "les-lys;Les Lys;Mahault;;;;;"], "A «&nbsp;Code", "là deux fois"),
        (["les lys;Les Lys;Mahault;;;;;"], "A «&nbsp;Code", "Un code s&#x27;écrit"),
        (["les-lys;Les Lys;Mahault;;;;;;surplus"], "sans titre", "sans titre"),
    ],
)
def test_each_flaw_is_told_with_its_place_and_nothing_is_written(
    town: Desk, as_: As, lines: list[str], place: str, reason: str
) -> None:
    OrganisationFactory(name="Ville", city_service=True)
    known = Residence.objects.count()
    status, shown = _deposit(as_("administrator"), _file("bonne;Bonne;Mahault;;;;;", *lines))
    assert status == 400
    assert reason in shown
    assert place.replace(">2<", ">3<") in shown
    assert Residence.objects.count() == known


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_file("les-lys;Résidence fêlée;Mahault;;;;;", encoding="cp1252"), "pas en UTF-8 (un signe de la ligne 1"),
        (_file("les-lys;Les Lys;Mahault;;;;;", encoding="utf-16"), "pas en UTF-8"),
        (b"", "vide"),
        (b"x" * 1_000_001, "pèse plus de"),
        (b"PK\x03\x04 rien", "endommagé"),
        (b"\x00\x01\x02", "ni un CSV ni un classeur"),
        (f'{HEAD}\r\n"ouvert;x'.encode(), "guillemet"),
        (b"a;b\r\n1;2", "colonne inconnue"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_french(town: Desk, as_: As, data: bytes, reason: str) -> None:
    status, shown = _deposit(as_("administrator"), data)
    assert status == 400
    assert reason.casefold() in shown.casefold().replace("&#x27;", "'")


def test_what_changed_since_it_was_shown_is_shown_again(town: Desk, as_: As) -> None:
    client = as_("administrator")
    _, shown = _deposit(client, _file("les-lys;Les Lys;Mahault;;;;;"))
    ResidenceFactory(slug="entre-temps")
    status, again = _agree(client, shown)
    assert status == 409
    assert not Residence.objects.filter(slug="les-lys").exists()
    assert _agree(client, again)[0] == 302
    assert client.post(f"{PAGE}importer/confirmer/", {"agreed": "forgé"}).status_code == 400


def test_a_residence_and_its_spots_are_made_and_corrected_one_by_one(town: Desk, as_: As) -> None:
    client, other = as_("administrator"), OrganisationFactory()
    given = {"name": "Les Lys", "slug": "les-lys", "quartier": "mahault", "bailleur": town.bailleur.slug}
    assert client.post(f"{PAGE}nouvelle/", {**given, "dwellings": "24"}).status_code == 302
    assert client.post(f"{PAGE}nouvelle/", {**given, "dwellings": "24"}).status_code == 400
    assert client.post(f"{PAGE}nouvelle/", {**given, "slug": "importer"}).status_code == 400
    assert client.post(f"{PAGE}les-lys/lieux/", {"name": "Bâtiment A", "kind": "building"}).status_code == 302
    twice = client.post(f"{PAGE}les-lys/lieux/", {"name": "Bâtiment A", "kind": "building"})
    assert "existe déjà" in twice.content.decode()
    spot = Spot.objects.get(residence__slug="les-lys")
    page = f"/administration/lieux/{spot.pk}/"
    inside = client.post(page, {"name": "Bâtiment A", "kind": "building", "parent": str(spot.pk)})
    assert (inside.status_code, "pas dans lui-même" in inside.content.decode()) == (400, True)
    assert client.post(page, {"name": "Bâtiment B", "kind": "building"}).status_code == 302
    assert client.post(f"{PAGE}les-lys/", {**given, "dwellings": "0"}).status_code == 400
    sooner = client.post(f"{PAGE}les-lys/", {**given, "bailleur": other.slug})
    assert "vient de changer" in sooner.content.decode()
    moved = {"name": town.residence.name, "quartier": town.residence.quartier.slug, "bailleur": other.slug}
    assert client.post(f"{PAGE}{town.residence.slug}/", moved).status_code == 302
    first, second = town.residence.managements.order_by("since")
    assert (first.until, second.since, second.bailleur) == (timezone.localdate(), timezone.localdate(), other)


def test_the_list_of_residences_asks_as_much_for_one_as_for_twenty(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    client.get(PAGE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    few = asked()
    for _ in range(20):
        SpotFactory()
    assert asked() == few
