"""The public pages in four languages: kept in the link, French elsewhere, nothing left untranslated."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from gup.conventions.enums import PauseReasonChoice, StageChoice
from gup.conventions.models import Category
from gup.incidents.enums import EventKind, PhotoKind, Status
from gup.incidents.models import Incident
from gup.places.models import QrCode
from gup.reference.loading import load_reference
from tests.factories import CategoryFactory, IncidentFactory, ResidenceFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
OTHERS = [code for code, _ in settings.LANGUAGES if code != "fr"]
SOURCES = [
    *(ROOT / "gup/templates/mobile_forms").glob("*.html"),
    *(ROOT / "mobile_forms").glob("*.py"),
    ROOT / "gup/templates/frame.html",
    ROOT / "gup/templates/components/form_field.html",
    ROOT / "gup/templates/components/problem_summary.html",
    ROOT / "gup/desk/fields.py",
    # What a code that is not found answers.
    ROOT / "gup/desk/errors.py",
    ROOT / "gup/templates/error.html",
]


@pytest.fixture
def qr() -> QrCode:
    return QrCode.objects.create(residence=ResidenceFactory())


@pytest.mark.parametrize(
    ("language", "asked", "sent", "followed"),
    [
        ("en", "Report a problem", "Thank you, it is recorded.", "Who answers"),
        ("es", "Avisar de un problema", "Gracias, queda registrado.", "Quién responde"),
        ("ht", "Siyale yon pwoblèm", "Mèsi, li anrejistre.", "Kiyès ki reponn"),
    ],
)
def test_the_language_of_the_link_is_kept_to_the_follow_up(
    client: Client, qr: QrCode, language: str, asked: str, sent: str, followed: str
) -> None:
    family = CategoryFactory(name="Ascenseur à l'arrêt", parent__name="Ascenseurs").family
    page = client.get(f"/{language}/r/{qr.code}").content.decode()
    assert f'<html lang="{language}">' in page
    assert asked in page
    assert f'href="/{language}/r/{qr.code}?famille={family.slug}#signaler"' in page
    form = client.get(f"/{language}/r/{qr.code}?famille={family.slug}").content.decode()
    assert f'action="/{language}/r/{qr.code}?famille={family.slug}#signaler"' in form
    assert "Ascenseur à l&#x27;arrêt" not in form
    category = Category.objects.get(parent=family).slug
    received = client.post(f"/{language}/r/{qr.code}", {"category": category, "title": "Lift"})
    assert sent in received.content.decode()
    assert f'href="/{language}/s/' in received.content.decode()
    told = client.get(f"/{language}/s/{received.context['opened'].secret}").content.decode()
    assert followed in told


def test_without_a_language_in_the_link_everything_is_french_whatever_the_browser_likes(qr: QrCode) -> None:
    client = Client(headers={"Accept-Language": "en"})
    IncidentFactory(residence=qr.residence)
    page = client.get(f"/r/{qr.code}").content.decode()
    assert '<html lang="fr">' in page
    assert "Moi aussi" in page
    assert f'href="/en/r/{qr.code}" lang="en"' in page
    client.force_login(UserFactory(reviewer=True))
    assert "Ma journée" in client.get("/").content.decode()
    assert client.get("/en/").status_code == 404


def test_a_code_that_is_not_found_says_so_in_the_language_of_the_link(client: Client) -> None:
    page = client.get("/ht/r/inconnu")
    assert page.status_code == 404
    assert "Nou pa jwenn paj la" in page.content.decode()
    assert 'href="tel:112"' in page.content.decode()


def test_a_refusal_is_told_in_the_language_of_the_page(client: Client, qr: QrCode) -> None:
    incident = IncidentFactory(residence=qr.residence)
    address = f"/es/r/{qr.code}/moi-aussi/{incident.ref}"
    assert "Gracias, su apoyo cuenta." in client.post(address).content.decode()
    assert "Su apoyo ya está contado." in client.post(address).content.decode()
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_a_public_page_says_is_translated(language: str) -> None:
    load_reference()
    said = {words for source in SOURCES for words in _said(source.read_text())}
    said |= set(Category.objects.values_list("name", flat=True))
    for labels in (Status.labels, EventKind.labels, StageChoice.labels, PauseReasonChoice.labels):
        said |= set(labels)
    said |= {PhotoKind.BEFORE.label, PhotoKind.AFTER.label}
    assert sorted(said - _catalogue(language).keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = (_folder(language) / "django.po").read_text()
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', written, flags=re.MULTILINE)
    plain = {source.replace('\\"', '"'): words.replace('\\"', '"') for source, words in pairs}
    assert plain == _catalogue(language), "run: make messages"
    assert all(plain.values())


def _said(text: str) -> list[str]:
    """The literals that a template or a module gives to gettext."""
    found = re.findall(r'\{% translate "([^"]+)"', text) + re.findall(r'(?:gettext(?:_lazy)?|\b_)\("([^"]+)"', text)
    blocks = re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text, flags=re.DOTALL)
    return found + [re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block) for block in blocks]


def _catalogue(language: str) -> dict[str, str]:
    with (_folder(language) / "django.mo").open("rb") as compiled:
        catalogue: dict[str, str] = dict(gettext.GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]
    return {source: words for source, words in catalogue.items() if source}


def _folder(language: str) -> Path:
    return ROOT / "mobile_forms" / "locale" / language / "LC_MESSAGES"
