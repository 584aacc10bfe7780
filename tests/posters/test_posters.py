"""What comes out of the printer: the right codes, the right words, one page or sticker a place."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import segno
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from gup.partners.models import User
from gup.places.codes import live_code, renew_code
from gup.places.models import QrCode, Residence
from gup.posters.places import named, places_in, printable_by
from gup.posters.render import posters_pdf
from gup.posters.sheet import ERROR_CORRECTION, Format, address_of, poster_sheet
from tests.factories import OrganisationFactory, ResidenceFactory, SpotFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")


@pytest.fixture
def residence() -> Residence:
    bailleur = OrganisationFactory(name="Bailleur d'essai", on_call_phone="0596 00 00 00")
    made: Residence = ResidenceFactory(bailleur=bailleur)
    SpotFactory(residence=made, name="Ascenseur A1")
    SpotFactory(residence=made, kind="stairwell", name="Cage d'escalier A")
    return made


def _text(pdf: bytes, folder: Path) -> list[str]:
    """The words of each page."""
    file = folder / "posters.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True).stdout.decode()
    return [" ".join(page.replace("\u2060", "").replace("\u2019", "'").split()) for page in told.split("\f")[:-1]]


@needs_poppler
def test_a_poster_says_where_it_is_whom_to_call_and_what_to_type(residence: Residence, tmp_path: Path) -> None:
    places = places_in([residence])
    assert [place.name for place in places] == ["Affiche générale", "Ascenseur A1"], "no poster in a stairwell"
    pages = _text(posters_pdf(places, Format.A4, at=NOW), tmp_path)
    assert len(pages) == 2
    for words in ("Ascenseur A1", residence.name, "Bailleur d'essai", "0596 00 00 00", "Siyale l.", "112"):
        assert words in pages[1], words
    code = QrCode.objects.get(spot=places[1].spot).code
    assert address_of(code).removeprefix("http://") in pages[1].replace("\u200b", "")


@needs_poppler
def test_the_code_on_the_page_is_that_of_the_place(residence: Residence, tmp_path: Path) -> None:
    """Each module of the printed square is sampled, and compared with the code that the address makes."""
    (whole, _) = places_in([residence])
    file = tmp_path / "poster.pdf"
    file.write_bytes(posters_pdf([whole], Format.A4, at=NOW))
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-singlefile", "-png", file, tmp_path / "page"], check=True)
    page = Image.open(tmp_path / "page.png").convert("L")
    code = segno.make(address_of(QrCode.objects.get(spot=None).code), error=ERROR_CORRECTION, micro=False)
    modules = [[bool(bit) for bit in row] for row in code.matrix]
    assert _printed(page, modules) == modules


def _printed(page: Image.Image, modules: list[list[bool]]) -> list[list[bool]]:
    """The modules of the page's code, found by its corner: seven dark modules below each other."""
    module = 90 / 25.4 * 150 / (len(modules) + 8)
    # The page's margin is 16 mm, the box's inset 3 mm; then four light modules.
    left = (16 + 3) / 25.4 * 150 + 4 * module
    top = next(y for y in range(page.height) if _is_dark_for(page, left + module / 2, y, 6.5 * module))
    columns = [left + (x + 0.5) * module for x in range(len(modules))]
    rows = [top + (y + 0.5) * module for y in range(len(modules))]
    return [[_is_dark(page, x, y) for x in columns] for y in rows]


def _is_dark_for(page: Image.Image, x: float, y: float, height: float) -> bool:
    return all(_is_dark(page, x, y + step) for step in range(round(height)))


def _is_dark(page: Image.Image, x: float, y: float) -> bool:
    grey = page.getpixel((round(x), round(y)))
    return isinstance(grey, int | float) and grey < 30


@needs_poppler
def test_eight_stickers_fill_a_page_and_the_ninth_begins_another(residence: Residence, tmp_path: Path) -> None:
    for number in range(7):
        SpotFactory(residence=residence, name=f"Ascenseur B{number}")
    pages = _text(posters_pdf(places_in([residence]), Format.STICKERS, at=NOW), tmp_path)
    assert len(pages) == 2
    assert (pages[0].count("Danger"), pages[1].count("Danger")) == (8, 1)


def test_the_same_sheet_prints_the_same_bytes_and_a_demonstration_says_so(residence: Residence) -> None:
    first, second = (posters_pdf(places_in([residence]), Format.A4, at=NOW) for _ in range(2))
    assert first == second
    Residence.objects.update(is_demonstration=True)
    sheet = poster_sheet(places_in(Residence.objects.all()), today=NOW.date())
    assert all(place["demonstration"] for place in sheet["places"])


def test_a_code_is_drawn_once_and_replaced_for_good(residence: Residence) -> None:
    spot = residence.spots.get(name="Ascenseur A1")
    first = live_code(residence, spot)
    assert live_code(residence, spot) == first
    second = renew_code(residence, spot, at=NOW)
    first.refresh_from_db()
    assert (first.revoked_at, second.revoked_at, live_code(residence, spot)) == (NOW, None, second)
    assert first.code != second.code


def test_each_prints_where_it_works(residence: Residence) -> None:
    bailleur, other = residence.managements.get().bailleur, ResidenceFactory()
    seen: dict[str, User] = {
        "dsu": UserFactory(reviewer=True),
        "manager": UserFactory(manager=True, organisation=bailleur),
        "agent": UserFactory(agent=True, organisation=bailleur, residences=[residence]),
        "elsewhere": UserFactory(agent=True, organisation=other.managements.get().bailleur),
        "association": UserFactory(association=True, residences=[residence]),
    }
    found = {who: set(printable_by(person)) for who, person in seen.items()}
    assert found == {
        "dsu": {residence, other},
        "manager": {residence},
        "agent": {residence},
        "elsewhere": {other},
        "association": set(),
    }
    assert named([f"r{other.pk}"], seen["manager"]) is None
    assert named(["s9999999", "x1", "r"], seen["dsu"]) is None


def test_a_sheet_asks_as_much_for_one_residence_as_for_ten(
    residence: Residence, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    places = places_in(Residence.objects.select_related("quartier"))
    poster_sheet(places, today=NOW.date())
    with django_assert_num_queries(2):  # spots, residences
        places_in(Residence.objects.select_related("quartier"))
    with django_assert_num_queries(2):  # who manages them, their codes
        poster_sheet(places, today=NOW.date())
