"""Somebody is invited, opens her account, is limited, and leaves: by the administration, or by her own manager."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gup.notifications.models import OutboxMessage
from gup.notifications.outbox import deliver_due
from gup.partners.audit import broken_links
from gup.partners.devices import enrol, issue_code
from gup.partners.models import AuditEntry, Invitation, User
from gup.partners.scope import places_of
from tests.desk.conftest import Desk
from tests.factories import PASSWORD, OrganisationFactory, ResidenceFactory, UserFactory

As = Callable[[str], Client]
NEW = "nouvelle@essai.example"
CHOSEN = {"full_name": "Nouvelle Essai", "password": "trois bons mots", "again": "trois bons mots"}


def _asked(desk: Desk, **fields: object) -> dict[str, object]:
    return {"email": NEW, "organisation": desk.bailleur.slug, "role": "agent", **fields}


def _link(number: int = 0) -> str:
    body = OutboxMessage.objects.filter(address=NEW).order_by("id")[number].body
    found = re.search(r"/invitation/\S+", body)
    assert found, body
    return found[0]


def test_an_invited_agent_opens_her_account_from_the_letter_and_sees_her_patch(desk: Desk, as_: As) -> None:
    ResidenceFactory(bailleur=desk.bailleur)
    asked = _asked(desk, email=NEW.upper(), residences=[desk.residence.slug])
    assert as_("administrator").post("/administration/personnes/inviter/", asked).status_code == 302
    link, visitor = _link(), Client()
    # 256 bits, of which the hash alone is kept.
    assert len(link.removeprefix("/invitation/").strip("/")) == 43
    assert link.split("/")[2] not in Invitation.objects.get().token_hash
    shown = visitor.get(link)
    assert "Société d&#x27;essai (ESSAI)" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert visitor.post(link, CHOSEN).status_code == 302
    user = User.objects.get(email=NEW)
    assert user.full_name == "Nouvelle Essai"
    assert list(places_of(user)) == [desk.residence]
    entered = visitor.post("/compte/login/", {"login": NEW, "password": CHOSEN["password"]})
    assert (entered.status_code, entered["Location"]) == (302, "/")
    assert visitor.post(link, CHOSEN).status_code == 404
    told = list(AuditEntry.objects.values_list("actor", "action"))
    assert told == [(desk.people["administrator"].email, "invitation"), (NEW, "invitation acceptée")]
    assert broken_links() == []


def test_the_link_is_kept_by_nobody_once_it_is_sent(desk: Desk, as_: As) -> None:
    as_("administrator").post("/administration/personnes/inviter/", _asked(desk))
    deliver_due(timezone.now())
    message = OutboxMessage.objects.get()
    assert message.sent_at is not None
    assert message.body == ""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"full_name": " "}, "Votre nom : "),
        ({"password": "court", "again": "court"}, "trop court"),
        ({"again": "autre chose ici"}, "pas le même mot de passe"),
        ({"full_name": "x" * 121}, "Votre nom : "),
    ],
)
def test_an_account_is_not_half_opened(desk: Desk, as_: As, given: dict[str, str], reason: str) -> None:
    as_("administrator").post("/administration/personnes/inviter/", _asked(desk))
    answer = Client().post(_link(), {**CHOSEN, **given})
    assert answer.status_code == 400
    assert reason in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.open().exists()


def test_a_letter_is_good_for_seven_days_and_sent_again_only_the_last_one_opens(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    client.post("/administration/personnes/inviter/", _asked(desk))
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        over = Client().get(_link())
        assert over.status_code == 404
        assert "Ce lien ne vaut plus" in over.content.decode()
        # The administrator's session is fourteen days old at most.
        assert client.post(f"/administration/invitations/{Invitation.objects.get().pk}/renvoyer/").status_code == 302
        assert Client().get(_link()).status_code == 404
        assert Client().get(_link(1)).status_code == 200
        assert client.post(f"/administration/invitations/{Invitation.objects.get().pk}/annuler/").status_code == 302
        assert Client().get(_link(1)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"email": "pas une adresse"}, "Adresse e-mail : "),
        ({"role": "reviewer"}, "ne se donne pas dans"),
        ({"role": "manager", "residences": ["ici"]}, "Seul un agent"),
        ({"organisation": "nulle-part"}, "Organisation : "),
        ({"role": "roi"}, "Rôle : "),
    ],
)
def test_what_cannot_be_asked_names_its_field_and_writes_nothing(
    desk: Desk, as_: As, fields: dict[str, object], reason: str
) -> None:
    ResidenceFactory(slug="ici", bailleur=desk.bailleur)
    answer = as_("administrator").post("/administration/personnes/inviter/", _asked(desk, **fields))
    assert answer.status_code == 400
    assert reason in answer.content.decode()
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_one_address_is_invited_once_and_never_when_it_has_an_account(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    client.post("/administration/personnes/inviter/", _asked(desk))
    twice = client.post("/administration/personnes/inviter/", _asked(desk))
    assert "Une invitation attend déjà" in twice.content.decode()
    known = client.post("/administration/personnes/inviter/", _asked(desk, email=desk.people["agent"].email))
    assert "a déjà un compte" in known.content.decode()
    assert Invitation.objects.count() == 1


def test_a_manager_invites_agents_of_her_own_bailleur_and_nobody_else(desk: Desk, as_: As) -> None:
    client, elsewhere = as_("manager"), OrganisationFactory()
    page = client.get("/administration/personnes/inviter/").content.decode()
    assert elsewhere.name not in page
    assert 'value="manager"' not in page
    for fields in ({"organisation": elsewhere.slug}, {"role": "manager"}, {"role": "administrator"}):
        assert client.post("/administration/personnes/inviter/", _asked(desk, **fields)).status_code == 400
    assert not Invitation.objects.exists()
    assert client.post("/administration/personnes/inviter/", _asked(desk)).status_code == 302
    assert NEW in client.get("/administration/personnes/").content.decode()


def test_a_manager_sees_her_agents_and_not_their_other_lives(desk: Desk, as_: As) -> None:
    agent = desk.people["agent"]
    stranger = UserFactory(agent=True)
    page = as_("manager").get("/administration/personnes/").content.decode()
    assert agent.email in page
    assert stranger.email not in page
    assert desk.people["reviewer"].email not in page
    as_("administrator").post(
        f"/administration/personnes/{agent.pk}/",
        {"organisation": UserFactory(association=True).memberships.get().organisation.slug, "role": "association"},
    )
    assert agent.memberships.count() == 2
    page = as_("manager").get(f"/administration/personnes/{agent.pk}/").content.decode()
    assert "hors de votre équipe" in page
    assert "Désactiver" not in page
    assert as_("manager").post(f"/administration/personnes/{agent.pk}/desactiver/").status_code == 403
    assert as_("manager").get("/administration/personnes/999999/").status_code == 404


def test_a_closed_account_ends_sessions_and_phones_and_opens_again_by_its_password(desk: Desk, as_: As) -> None:
    agent, hers, at = desk.people["agent"], as_("agent"), timezone.now()
    device, _ = enrol(issue_code(agent, by=agent, at=at), name="Téléphone", at=at)
    assert hers.get("/").status_code == 200
    manager = as_("manager")
    assert manager.post(f"/administration/personnes/{agent.pk}/desactiver/").status_code == 302
    assert hers.get("/").status_code == 302
    device.refresh_from_db()
    assert device.revoked_at is not None
    refused = Client().post("/compte/login/", {"login": agent.email, "password": PASSWORD})
    assert refused["Location"] == "/compte/inactive/"
    assert "désactivé" in manager.get(f"/administration/personnes/{agent.pk}/").content.decode()
    manager.post(f"/administration/personnes/{agent.pk}/reactiver/")
    assert hers.get("/").status_code == 302
    assert Client().post("/compte/login/", {"login": agent.email, "password": PASSWORD})["Location"] == "/"


def test_nobody_closes_her_own_account_nor_leaves_the_administration_alone(desk: Desk, as_: As) -> None:
    user, client = desk.people["administrator"], as_("administrator")
    client.post(f"/administration/personnes/{user.pk}/desactiver/")
    client.post(f"/administration/roles/{user.memberships.get().pk}/terminer/")
    user.refresh_from_db()
    assert user.is_active
    assert user.memberships.get().is_active


def test_a_patch_limits_an_agent_and_a_role_ends_and_resumes(desk: Desk, as_: As) -> None:
    client, agent = as_("manager"), desk.people["agent"]
    second, foreign = ResidenceFactory(bailleur=desk.bailleur), ResidenceFactory()
    role = f"/administration/roles/{agent.memberships.get().pk}"
    assert client.post(f"{role}/secteur/", {"residences": [second.slug]}).status_code == 302
    assert list(places_of(User.objects.get(pk=agent.pk))) == [second]
    assert client.post(f"{role}/secteur/", {"residences": [foreign.slug]}).status_code == 400
    assert client.post(f"{role}/terminer/").status_code == 302
    assert not places_of(User.objects.get(pk=agent.pk)).exists()
    assert client.post(f"{role}/reprendre/").status_code == 302
    assert list(places_of(User.objects.get(pk=agent.pk))) == [second]
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["secteur", "fin de rôle", "reprise de rôle"]


def test_the_list_is_searched_by_name_address_organisation_role_and_state(desk: Desk, as_: As) -> None:
    client, found = as_("administrator"), UserFactory(service=True, full_name="Zéphyrine Essai")
    User.objects.filter(pk=found.pk).update(is_active=False)
    for query in ("q=zéphyrine", f"q={found.email}", f"q={found.memberships.get().organisation.name}", "state=closed"):
        page = client.get(f"/administration/personnes/?{query}").content.decode()
        assert "Zéphyrine" in page, query
        assert desk.people["agent"].email not in page, query
    assert "Zéphyrine" not in client.get("/administration/personnes/?role=agent").content.decode()
    assert client.get("/administration/personnes/?role=roi").status_code == 400


def test_the_list_asks_as_much_for_one_person_as_for_twenty(desk: Desk, as_: As) -> None:
    client = as_("administrator")
    client.get("/administration/personnes/")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/administration/personnes/?role=service").status_code == 200
        return len(queries)

    few = asked()
    for _ in range(20):
        UserFactory(service=True)
    assert asked() == few


def test_an_association_is_mandated_and_reached_from_its_page(desk: Desk, as_: As) -> None:
    client, member = as_("administrator"), UserFactory(association=True)
    slug = member.memberships.get().organisation.slug
    page, today = f"/administration/organisations/{slug}/", timezone.localdate()
    given = {"residence": desk.residence.slug, "since": f"{today:%Y-%m-%d}", "until": ""}
    assert client.post(f"{page}mandats/", given).status_code == 302
    assert list(places_of(User.objects.get(pk=member.pk))) == [desk.residence]
    assert "a déjà un mandat" in client.post(f"{page}mandats/", given).content.decode()
    later = {"since": f"{today:%Y-%m-%d}", "until": "2020-01-01", "residence": ResidenceFactory().slug}
    assert client.post(f"{page}mandats/", later).status_code == 400
    mandate = member.memberships.get().organisation.mandates.get()
    for wrong in ("", "hier", f"{today:%Y-%m-%d}"):
        client.post(f"/administration/mandats/{mandate.pk}/terminer/", {"until": wrong})
        mandate.refresh_from_db()
        assert mandate.until is None
    reached = {"name": "Les Alizés", "on_call_phone": "0596 00 00 00", "email": "a@essai.example"}
    assert client.post(page, reached).status_code == 302
    assert "0596 00 00 00" in client.get(page).content.decode()
    assert client.post(page, {**reached, "on_call_phone": "<script>"}).status_code == 400
    assert client.post(page, {**reached, "email": "nulle part"}).status_code == 400
    assert client.get("/administration/organisations/").status_code == 200
