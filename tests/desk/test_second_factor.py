"""What guards an account beside its password: a second factor, a limit on guessing, sessions that one can end."""

from collections.abc import Callable

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.desk.conftest import Desk
from tests.factories import PASSWORD, UserFactory

As = Callable[[str], Client]
LOGIN = "/compte/login/"


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def _logged_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(LOGIN, {"login": email, "password": password})
    return client


def test_an_administrator_sets_up_a_second_factor_before_anything_else(desk: Desk, settings: Settings) -> None:
    settings.GUP_REQUIRE_SECOND_FACTOR = True
    client = _logged_in(desk.people["administrator"].email)
    for address in ("/", "/incidents/", "/administration/", "/r/inconnu"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/compte/2fa/"), address
    refused = client.get("/api/v1/incidents")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "Avant toute autre chose" in client.get("/compte/2fa/").content.decode()
    again = client.get("/compte/2fa/totp/activate/")
    assert again["Location"].startswith("/compte/reauthenticate/")
    assert "redites qui vous êtes" in client.get(again["Location"]).content.decode()
    page = client.post(again["Location"], {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert client.post("/compte/2fa/totp/activate/", {"code": "000"}).status_code == 200
    assert client.get("/").status_code == 302
    assert client.post("/compte/2fa/totp/activate/", {"code": _code(secret)}).status_code == 302
    assert client.get("/").status_code == 200
    assert "Codes de secours" in client.get("/compte/2fa/recovery-codes/").content.decode()


@pytest.mark.parametrize("role", ["association", "agent", "manager", "service", "reviewer", "committee"])
def test_it_is_offered_to_all_others_and_demanded_of_none(desk: Desk, as_: As, settings: Settings, role: str) -> None:
    settings.GUP_REQUIRE_SECOND_FACTOR = True
    assert as_(role).get("/").status_code == 200
    page = as_(role).get("/compte/2fa/").content.decode()
    assert "Associer une application" in page
    assert "Ajouter une clé" in page


def test_where_it_is_not_demanded_the_administration_says_so(desk: Desk, as_: As) -> None:
    page = as_("administrator").get("/administration/")
    assert page.status_code == 200
    assert "n'est pas exigée" in page.content.decode()


def test_the_code_is_asked_at_each_login_and_guessing_it_is_stopped_in_french(desk: Desk) -> None:
    user, secret = desk.people["manager"], generate_totp_secret()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    client = Client()
    assert client.post(LOGIN, {"login": user.email, "password": PASSWORD})["Location"] == "/compte/2fa/authenticate/"
    assert client.get("/")["Location"].startswith(LOGIN)
    page = client.get("/compte/2fa/authenticate/").content.decode()
    assert "Deuxième étape" in page
    wrong = f"{(int(_code(secret)) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert "Code incorrect" in client.post("/compte/2fa/authenticate/", {"code": wrong}).content.decode()
    stopped = client.post("/compte/2fa/authenticate/", {"code": _code(secret)}).content.decode()
    assert "Trop de tentatives" in stopped
    assert client.get("/").status_code == 302


def test_a_password_is_guessed_five_times_at_most_and_heard_again_later(desk: Desk) -> None:
    user, now = desk.people["agent"], timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(5):
            Client().post(LOGIN, {"login": user.email, "password": "faux"})
        stopped = Client().post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert stopped.status_code == 200
        assert "Trop de tentatives" in stopped.content.decode()
        clock.shift(301)
        assert Client().post(LOGIN, {"login": user.email, "password": PASSWORD})["Location"] == "/"


def test_one_address_that_tries_everybody_is_told_to_wait_in_french(db: None) -> None:
    answers = [Client().post(LOGIN, {"login": f"a{n}@essai.example", "password": "faux"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Trop d'essais" in answers[-1].content.decode()


def test_other_sessions_are_listed_and_ended_and_this_one_stays(db: None) -> None:
    user = UserFactory(agent=True)
    here, elsewhere = _logged_in(user.email), _logged_in(user.email)
    page = here.get("/compte/sessions/").content.decode()
    assert page.count("ouverte le") == 2
    assert page.count("celle-ci") == 1
    assert here.post("/compte/sessions/").status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith(LOGIN)


def test_a_closed_account_is_told_so(db: None) -> None:
    user = UserFactory(agent=True)
    user.is_active = False
    user.save(update_fields=["is_active"])
    answer = Client().post(LOGIN, {"login": user.email, "password": PASSWORD}, follow=True)
    assert "Ce compte est désactivé" in answer.content.decode()
