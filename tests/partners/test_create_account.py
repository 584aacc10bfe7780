"""The first account of an installation, opened by whoever runs the machine."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from gup.partners.enums import OrganisationKind
from gup.partners.models import AuditEntry, User
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def _typed(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))


def test_the_first_account_administers_and_logs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    OrganisationFactory(slug="dsu", kind=OrganisationKind.DSU)
    _typed(monkeypatch, "trois bons mots")
    call_command("create_account", "Prenom.Nom@essai.example", "--name", "Prénom Nom", stdout=StringIO())
    client = Client()
    given = {"login": "prenom.nom@essai.example", "password": "trois bons mots"}
    assert client.post("/compte/login/", given)["Location"] == "/"
    assert client.get("/administration/").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("exploitant", "compte ouvert")


@pytest.mark.parametrize(
    ("arguments", "password", "reason"),
    [
        (["a@essai.example", "--name", "A"], "court", "trop court"),
        (["nulle part", "--name", "A"], "trois bons mots", "e-mail valide"),
        (["a@essai.example", "--name", "A", "--role", "agent"], "trois bons mots", "ne se donne pas"),
        (["a@essai.example", "--name", "A", "--organisation", "rien"], "trois bons mots", "Aucune organisation"),
    ],
)
def test_what_opens_no_account_says_why(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, reason: str
) -> None:
    OrganisationFactory(slug="dsu", kind=OrganisationKind.DSU)
    _typed(monkeypatch, password)
    with pytest.raises(CommandError, match=reason):
        call_command("create_account", *arguments, stdout=StringIO())
    assert not User.objects.exists()


def test_who_lost_phone_and_codes_is_let_in_by_the_operator() -> None:
    user = UserFactory(administrator=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    call_command("reset_second_factor", user.email.upper(), stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get().action == "deuxième étape retirée"
    for address in (user.email, "personne@essai.example"):
        with pytest.raises(CommandError, match="compte"):
            call_command("reset_second_factor", address, stdout=StringIO())
