"""Whole stories on the screens of the field app, one a role, with the network cut where a stairwell cuts it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import ConventionVersion
from gup.incidents.enums import Channel, EventKind, PhotoKind, Status
from gup.incidents.models import Incident
from gup.inspections.models import Passage
from gup.partners.devices import revoke
from gup.partners.models import Device
from gup.places.models import QrCode, Spot
from tests.api.conftest import committed
from tests.desk.conftest import Desk, desk
from tests.factories import CommitmentFactory, IncidentFactory, SpotFactory
from tests.journeys.chromium import PROGRAM, chromium
from tests.terrain.hand import Hand, in_hand, photo
from worker import tasks

__all__ = ["committed", "desk"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("committed"),
]


@pytest.fixture
def browser(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, where Django would refuse the tests' own queries.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with chromium() as started:
        yield started
        connections.close_all()


@pytest.fixture
def spot(desk: Desk) -> Spot:
    return SpotFactory(residence=desk.residence, name="Hall A")


def _known(desk: Desk, **given: object) -> Incident:
    """An incident that somebody reported an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    return IncidentFactory(residence=desk.residence, category=desk.category, at=at, **given)


def _to_subject(hand: Hand, desk: Desk) -> None:
    hand.touch(desk.category.family.name)
    hand.touch(desk.category.name)
    expect(hand.heading()).to_have_text("Montrer et dire")


def test_an_association_reports_without_network_and_one_incident_arrives_with_its_photo(
    browser: Browser, desk: Desk, spot: Spot, live_server: LiveServer
) -> None:
    with in_hand(browser, live_server.url, desk.people["association"]) as hand:
        hand.offline()
        hand.follow("Signaler")
        expect(hand.page.get_by_role("link", name="18 Pompiers")).to_have_attribute("href", "tel:18")
        hand.page.get_by_label("Endroit").select_option(label="Hall A")
        hand.touch("Continuer")
        _to_subject(hand, desk)
        hand.photograph("Photo")
        hand.write("Ascenseur bloqué\nDepuis ce matin.")
        hand.page.reload()
        # The page was killed behind the camera: all of it is there again.
        expect(hand.page.get_by_role("img", name="Photo 1")).to_be_visible()
        expect(hand.page.get_by_label("En quelques mots")).to_have_value("Ascenseur bloqué\nDepuis ce matin.")
        hand.touch("Envoyer")
        expect(hand.heading()).to_have_text("Envois")
        hand.queue("1 en attente")
        assert Incident.objects.count() == 0
        hand.online()
        hand.queue("Tout est envoyé")
        expect(hand.page.get_by_text("Envoyés")).to_be_visible()
        incident = Incident.objects.get()
        hand.go("#/signaler/lieu", "Signaler : où ?")
        expect(hand.page.get_by_label("Endroit")).to_have_value(str(spot.pk))
    assert (incident.title, incident.description) == ("Ascenseur bloqué", "Ascenseur bloqué\nDepuis ce matin.")
    assert (incident.spot, incident.channel) == (spot, Channel.FIELD)
    assert [photo.kind for photo in incident.photos.all()] == [PhotoKind.BEFORE]


def test_what_is_known_already_is_shown_and_supported_instead_of_told_twice(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    known = _known(desk, title="Ascenseur en panne")
    with in_hand(browser, live_server.url, desk.people["association"]) as hand:
        # Without network: what the phone keeps is enough to know it.
        hand.offline()
        hand.follow("Signaler")
        hand.touch("Continuer")
        _to_subject(hand, desk)
        hand.photograph("Photo")
        hand.touch("Envoyer")
        expect(hand.heading()).to_have_text("Déjà signalé ?")
        expect(hand.page.get_by_text("Ascenseur en panne")).to_be_visible()
        hand.touch("C'est le même : moi aussi")
        expect(hand.heading()).to_have_text("Ascenseur en panne")
        expect(hand.page.get_by_role("heading", name="Fait sur ce téléphone")).to_be_visible()
        hand.online()
        hand.queue("Tout est envoyé")
    assert Incident.objects.count() == 1
    assert known.supporters.count() == 1
    assert known.photos.count() == 1
    assert known.events.filter(kind=EventKind.COMMENTED).count() == 1


def test_an_agent_repairs_on_his_round_without_network_and_proves_it(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    incident = _known(desk, title="Porte cassée")
    incident.acknowledge(by=desk.people["agent"], at=timezone.now() - timedelta(minutes=30))
    with in_hand(browser, live_server.url, desk.people["agent"]) as hand:
        hand.offline()
        hand.follow("Ma tournée")
        hand.follow("Porte cassée")
        hand.follow("C'est réparé")
        hand.photograph("Photo après réparation", "white")
        hand.page.get_by_label("En quelques mots").fill("Gond remplacé.")
        hand.touch("Enregistrer")
        expect(hand.heading()).to_have_text("Porte cassée")
        expect(hand.page.locator(".queued")).to_contain_text("En attente")
        hand.online()
        hand.queue("Tout est envoyé")
    incident.refresh_from_db()
    assert (incident.status, incident.is_proven) == (Status.RESOLVED, True)


def test_an_association_contests_a_repair_with_a_photo(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    incident = _known(desk, by=desk.people["association"], title="Hall sans lumière")
    incident.acknowledge(by=desk.people["agent"], at=timezone.now() - timedelta(minutes=40))
    incident.resolve(by=desk.people["agent"], at=timezone.now() - timedelta(minutes=20), text="Ampoule changée.")
    with in_hand(browser, live_server.url, desk.people["association"]) as hand:
        expect(hand.page.get_by_role("link", name="À suivre")).to_contain_text("1 réparation attend votre réponse")
        hand.follow("À suivre")
        hand.follow("Hall sans lumière")
        hand.follow("Non, le problème est toujours là")
        hand.photograph("Photo de ce que vous voyez", "black")
        hand.page.get_by_label("En quelques mots").fill("Toujours noir ce soir.")
        hand.touch("Enregistrer")
        hand.all_sent(1)
    incident.refresh_from_db()
    assert incident.status == Status.REOPENED
    assert incident.photos.get().kind == PhotoKind.CONTEST


def test_what_changed_meanwhile_is_laid_beside_what_was_done(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    incident = _known(desk, title="Fuite au sous-sol")
    with in_hand(browser, live_server.url, desk.people["agent"]) as hand:
        hand.offline()
        hand.go(f"#/incident/{incident.ref}/acknowledge", "Prendre en charge")
        hand.page.get_by_label("En quelques mots").fill("J'y passe demain.")
        hand.touch("Enregistrer")
        incident.acknowledge(by=desk.people["manager"], at=timezone.now())
        hand.online()
        hand.queue("1 à revoir")
        hand.go("#/envois", "Envois")
        hand.look()
        hand.follow("Comparer et choisir")
        expect(hand.heading()).to_have_text("Deux versions")
        mine, today = hand.page.locator(".versions > section").all()
        expect(mine).to_contain_text("J'y passe demain.")
        expect(today).to_contain_text("Pris en charge")
        hand.look()
        hand.touch("Le dire en commentaire")
        hand.queue("Tout est envoyé")
    comment = incident.events.get(kind=EventKind.COMMENTED)
    assert comment.text.endswith("J'y passe demain.")


def test_a_caretaker_proves_a_passage_by_the_code_that_is_typed(
    browser: Browser, desk: Desk, spot: Spot, live_server: LiveServer
) -> None:
    CommitmentFactory(
        version=ConventionVersion.objects.get(),
        kind=CommitmentKind.RECURRENCE,
        label="Nettoyage des halls",
        **{"times": 1, "period": "week", "stage": "", "basis": "", "target": None, "calendar": None},
    )
    code = QrCode.objects.create(residence=desk.residence, spot=spot).code
    with in_hand(browser, live_server.url, desk.people["agent"]) as hand:
        hand.offline()
        hand.follow("Noter un passage")
        hand.page.get_by_label("Code du lieu").fill("faux")
        hand.page.get_by_label("Remarque").fill("Sol lavé.")
        hand.touch("Enregistrer le passage")
        hand.queue("1 en attente")
        hand.online()
        hand.queue("1 à revoir")
        hand.look()
        # The sentence of the server is there, and so is the way to mend it.
        hand.follow("Corriger")
        expect(hand.page.get_by_label("Code du lieu")).to_have_value("faux")
        hand.page.get_by_label("Code du lieu").fill(code)
        hand.touch("Enregistrer et renvoyer")
        hand.queue("Tout est envoyé")
    passage = Passage.objects.get()
    assert (passage.spot, passage.residence) == (spot, desk.residence)


def test_the_dsu_comments_in_front_of_the_thing(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    incident = _known(desk, title="Encombrants")
    with in_hand(browser, live_server.url, desk.people["reviewer"]) as hand:
        hand.follow("Mes résidences")
        hand.follow(desk.residence.name)
        hand.follow("Encombrants")
        hand.follow("Ajouter un commentaire")
        hand.page.get_by_label("En quelques mots").fill("Vu sur place, toujours là.")
        hand.touch("Enregistrer")
        hand.all_sent(1)
    assert incident.events.get(kind=EventKind.COMMENTED).text == "Vu sur place, toujours là."


def test_a_revoked_phone_loses_nothing_and_goes_on_after_a_new_code(
    browser: Browser, desk: Desk, live_server: LiveServer
) -> None:
    with in_hand(browser, live_server.url, desk.people["association"]) as hand:
        hand.offline()
        hand.follow("Signaler")
        hand.touch("Continuer")
        _to_subject(hand, desk)
        hand.touch("Envoyer")
        hand.queue("1 en attente")
        revoke(Device.objects.get(), by=desk.people["association"], at=timezone.now())
        hand.online()
        expect(hand.page.get_by_role("heading", name="Rien n'est perdu")).to_be_visible()
        hand.go("#/associer", "Associer de nouveau ce téléphone")
        expect(hand.page.get_by_text("1 envoi reste sur ce téléphone")).to_be_visible()
        hand.look()
        hand.enrol(desk.people["association"])
        hand.queue("Tout est envoyé")
    assert Incident.objects.get().title == desk.category.name


def test_a_report_takes_no_more_than_a_keyboard(browser: Browser, desk: Desk, live_server: LiveServer) -> None:
    with in_hand(browser, live_server.url, desk.people["association"]) as hand:
        press = hand.page.keyboard.press

        def reach(words: str) -> None:
            """Tab until the focus stands on it."""
            for _ in range(40):
                if words in hand.page.evaluate(
                    "document.activeElement.textContent + (document.activeElement.name ?? '')"
                ):
                    return
                press("Tab")
            raise AssertionError(f"no way to {words!r} by Tab")

        hand.page.locator("h1").focus()
        reach("Un problème dans une résidence")
        press("Enter")
        expect(hand.heading()).to_be_focused()
        reach("Continuer")
        press("Enter")
        expect(hand.heading()).to_have_text("De quoi s'agit-il ?")
        expect(hand.heading()).to_be_focused()
        reach(desk.category.family.name)
        press("Enter")
        expect(hand.heading()).to_have_text("Plus précisément ?")
        reach(desk.category.name)
        press("Enter")
        expect(hand.heading()).to_have_text("Montrer et dire")
        with hand.page.expect_file_chooser() as chooser:
            reach("Prendre une photo")
            press("Enter")
        chooser.value.set_files(photo())
        expect(hand.page.get_by_role("img", name="Photo 1")).to_be_visible()
        hand.page.locator("h1").focus()
        reach("words")
        hand.page.keyboard.type("Vitre brisée")
        reach("Envoyer")
        press("Enter")
        expect(hand.heading()).to_have_text("Envois")
        expect(hand.heading()).to_be_focused()
        hand.queue("Tout est envoyé")
    assert Incident.objects.get().photos.count() == 1


def test_every_screen_stands_at_each_width(browser: Browser, desk: Desk, spot: Spot, live_server: LiveServer) -> None:
    CommitmentFactory(
        version=ConventionVersion.objects.get(),
        kind=CommitmentKind.RECURRENCE,
        **{"times": 1, "period": "week", "stage": "", "basis": "", "target": None, "calendar": None},
    )
    incident = _known(desk, title="Porte cassée")
    incident.photos.count()
    incident.acknowledge(by=desk.people["agent"], at=timezone.now())
    tasks.derive_photos()
    with in_hand(browser, live_server.url, None) as hand:
        hand.page.goto("/terrain/")
        expect(hand.heading()).to_have_text("Associer ce téléphone")
        hand.look()
        hand.enrol(desk.people["agent"])
        hand.look()
        screens = {
            "#/signaler/lieu": "Signaler : où ?",
            "#/signaler/famille": "De quoi s'agit-il ?",
            "#/residences": "Mes résidences",
            f"#/residences/{desk.residence.slug}": desk.residence.name,
            "#/a-suivre": "À suivre",
            "#/tournee": "Ma tournée",
            "#/tournee/tout": "Ma tournée, tout",
            "#/passage": "Noter un passage",
            f"#/incident/{incident.ref}": "Porte cassée",
            f"#/incident/{incident.ref}/hold": "Mettre en attente",
            f"#/incident/{incident.ref}/plan": "Planifier l'intervention",
            f"#/incident/{incident.ref}/resolve": "C'est réparé",
            f"#/incident/{incident.ref}/decline": "Ne relève pas de nous",
            "#/envois": "Envois",
            "#/appareil": "Ce téléphone",
        }
        for where, title in screens.items():
            hand.go(where, title)
            hand.look()
        hand.go("#/signaler/famille", "De quoi s'agit-il ?")
        _to_subject(hand, desk)
        hand.photograph("Photo")
        hand.look()
        hand.touch("Envoyer")
        expect(hand.heading()).to_have_text("Déjà signalé ?")
        hand.look()
        hand.offline()
        hand.touch("C'est un autre problème : envoyer")
        hand.queue("1 en attente")
        hand.look()
        hand.follow("Supprimer")
        expect(hand.heading()).to_have_text("Supprimer cet envoi ?")
        hand.look()
        hand.touch("Oui, supprimer")
        expect(hand.page.get_by_text("Tout est envoyé. Rien n'attend sur ce téléphone.")).to_be_visible()
