"""The guides inside the product: one's own first, and each page opens the section that speaks of it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from gup.desk.help import GUIDES, SECTIONS, read_guide
from tests.desk.conftest import Desk
from tests.factories import ResidenceFactory, UserFactory


@pytest.mark.parametrize(
    ("person", "own"),
    [
        ("association", "Guide de l'association"),
        ("agent", "Guide du bailleur"),
        ("manager", "Guide du bailleur"),
        ("reviewer", "Guide du DSU"),
    ],
)
def test_the_guide_of_one_s_role_comes_first(client: Client, desk: Desk, person: str, own: str) -> None:
    client.force_login(desk.people[person])
    page = client.get("/aide/")
    assert page.context["guides"][0].title == own
    assert page.content.decode().count("le vôtre") == 1


def test_help_opens_the_section_of_the_page_in_the_guide_of_the_reader(client: Client, desk: Desk) -> None:
    for person, address, led in (
        ("association", "/incidents/", "/aide/association/#chercher-un-incident"),
        ("agent", "/incidents/", "/aide/bailleur/#chercher-un-incident"),
        ("reviewer", "/conventions/", "/aide/dsu/#rediger-une-convention-ou-un-avenant"),
        ("administrator", "/courrier/", "/aide/dsu/"),
    ):
        client.force_login(desk.people[person])
        assert f'href="{led}">Aide</a>' in client.get(address).content.decode(), (person, address)
    client.force_login(UserFactory())
    assert 'href="/aide/">Aide</a>' in client.get("/").content.decode()


def test_each_section_that_a_page_opens_is_in_its_guide() -> None:
    anchors = {name: set(re.findall(r'<h[1-4] id="([^"]+)"', read_guide(name).html)) for name in GUIDES}
    missing = [
        (page, name, anchor)
        for page, sections in SECTIONS.items()
        for name, anchor in sections.items()
        if anchor not in anchors[name]
    ]
    assert missing == []
    assert all(any(page == key for key in get_resolver().reverse_dict) for page in SECTIONS)


def test_each_guide_reads_as_a_page_and_none_leads_nowhere(client: Client, desk: Desk) -> None:
    client.force_login(desk.people["association"])
    for name in GUIDES:
        guide, page = read_guide(name), client.get(reverse("help-guide", args=[name])).content.decode()
        assert page.count("<h1") == 1
        assert guide.title in page
        assert len(guide.sections) >= 4
        ids = re.findall(r'<h2 id="([^"]+)"', page)
        assert [section.anchor for section in guide.sections] == ids
        assert len(set(ids)) == len(ids), "an address for each section"
        for led in re.findall(r'href="(/[^"#]*)', guide.html):
            assert client.get(led).status_code == 200, led
        assert ".md" not in "".join(re.findall(r'href="([^"]*)"', guide.html))
    assert client.get("/aide/inconnu/").status_code == 404


def test_what_is_no_markdown_in_a_guide_is_shown_and_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guide-dsu.md").write_text("# Titre\n\n<script>x</script>\n\n[y](javascript:z)\n", encoding="utf-8")
    monkeypatch.setattr("gup.desk.help.FOLDER", tmp_path)
    shown = read_guide.__wrapped__("dsu").html
    assert "&lt;script&gt;" in shown
    assert "href" not in shown


@pytest.mark.django_db
def test_who_has_no_role_or_no_report_yet_is_told_what_comes_next(client: Client) -> None:
    client.force_login(UserFactory())
    assert "personne ne lui a encore donné de rôle" in client.get("/").content.decode()
    client.force_login(UserFactory(committee=True))
    page = client.get("/").content.decode()
    assert "Aucun rapport n'est publié" in page
    assert "À prendre en charge" not in page


def test_an_empty_page_says_what_will_be_there(client: Client, desk: Desk) -> None:
    client.force_login(UserFactory(association=True, residences=[ResidenceFactory()]))
    for address, said in (
        ("/incidents/", "dès qu'ils sont signalés"),
        ("/incidents/?q=introuvable", "Tout afficher"),
        ("/passages/", "avec leur preuve"),
        ("/conventions/", "dès que le DSU en activera une"),
        ("/appareils/", "même sans réseau"),
    ):
        assert said in client.get(address).content.decode(), address
