"""The promises beyond delays, and writing down what was done of them, as each role finds them."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gup.inspections.models import Milestone, Passage, Walk
from gup.inspections.recording import record_passage
from gup.service_levels.compliance import Rate
from tests.factories import (
    ConventionFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    photo_bytes,
)
from tests.inspections.conftest import Estate, at, estate

__all__ = ["estate"]
As = Callable[[str], Client]
NOW = at(16)


@pytest.fixture
def as_(estate: Estate) -> As:
    def browser(role: str) -> Client:
        client = Client()
        client.force_login(estate.people[role])
        return client

    return browser


@time_machine.travel(NOW, tick=False)
def test_the_month_shows_each_commitment_and_opens_the_list_behind_its_figure(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence(times=1)
    estate.availability()
    estate.scan(cleaning, at(8))
    page = as_("manager").get("/engagements/promesses/?month=2026-09")
    kinds = dict(page.context["kinds"])
    (promise,) = kinds["Fréquence"]
    assert (promise.rate, promise.meets) == (Rate(1, 1), False)
    assert list(kinds) == ["Fréquence", "Disponibilité d'équipement"]
    behind = as_("manager").get(f"/engagements/promesses/{cleaning.pk}/?month=2026-09")
    (line,) = behind.context["lines"]
    assert line.rate == promise.rate
    assert behind.context["page"].paginator.count == 1
    assert "QR code du lieu" in behind.content.decode()


@time_machine.travel(NOW, tick=False)
def test_a_passage_is_recorded_with_the_code_of_its_spot(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence()
    client = as_("agent")
    opened = client.get(f"/passages/nouveau/?code={estate.code}")
    assert opened.context["form"].initial["residence"] == estate.residence.slug
    given = {"commitment": cleaning.pk, "residence": estate.residence.slug, "proof": "qr", "code": estate.code}
    assert client.post("/passages/nouveau/", given, follow=True).status_code == 200
    again = client.post("/passages/nouveau/", given, follow=True)
    assert "déjà enregistré" in again.content.decode()
    assert Passage.objects.get().spot == estate.lift


@time_machine.travel(NOW, tick=False)
def test_a_refusal_names_its_field_and_writes_nothing(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence()
    file = SimpleUploadedFile("feuille.pdf", b"pas un pdf", "application/pdf")
    answer = as_("agent").post(
        "/passages/nouveau/",
        {"commitment": cleaning.pk, "residence": estate.residence.slug, "proof": "sheet", "evidence": file},
    )
    assert answer.status_code == 400
    assert "ni une photo" in str(answer.context["form"].errors["evidence"])
    assert Passage.objects.count() == 0


@time_machine.travel(NOW, tick=False)
def test_a_walk_and_an_action_are_recorded_and_their_files_read(estate: Estate, as_: As) -> None:
    walks, action = estate.quality(), estate.milestone(date(2026, 9, 30))
    client = as_("manager")
    given = {
        "commitment": walks.pk,
        "residence": estate.residence.slug,
        "walked_on": "2026-09-15",
        "score": "72",
        "walker": "Le bailleur",
        "evidence": SimpleUploadedFile("grille.jpg", photo_bytes(), "image/jpeg"),
    }
    assert client.post("/visites/nouvelle/", given).status_code == 302
    walk = Walk.objects.get()
    file = client.get(f"/enregistrements/{walk.uuid}/preuve/")
    assert (file["Content-Type"], b"".join(file.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")  # type: ignore[attr-defined]
    done = {"commitment": action.pk, "done_on": "2026-09-15", "note": "Signée en mairie."}
    assert client.post("/actions/nouvelle/", done).status_code == 302
    assert client.post("/actions/nouvelle/", done).status_code == 400
    assert Milestone.objects.count() == 1
    shown = client.get(f"/engagements/promesses/{action.pk}/?month=2026-09").content.decode()
    assert "Signée en mairie." in shown


@time_machine.travel(NOW, tick=False)
def test_a_record_is_withdrawn_or_replaced_and_stays_readable(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence()
    first, second = estate.scan(cleaning, at(8)), estate.scan(cleaning, at(9))
    client = as_("agent")
    assert client.post(f"/enregistrements/{first.uuid}/retirer/", {"reason": ""}).status_code == 400
    assert client.post(f"/enregistrements/{first.uuid}/retirer/", {"reason": "Pas ce hall."}).status_code == 302
    form = client.get(f"/passages/nouveau/?corrects={second.uuid}").context["form"]
    assert form.initial["commitment"] == cleaning
    answer = client.post(
        "/passages/nouveau/",
        {
            "commitment": cleaning.pk,
            "residence": estate.residence.slug,
            "proof": "qr",
            "code": estate.code,
            "passed_at": "2026-09-10T08:00",
            "corrects": str(second.uuid),
            "reason": "C'était le 10.",
        },
    )
    assert answer.status_code == 302
    standing = Passage.objects.standing(NOW).get()
    assert (standing.at, standing.corrects) == (at(10), second)
    page = client.get("/passages/").content.decode()
    assert "Ne compte plus : Pas ce hall." in page


@time_machine.travel(NOW, tick=False)
def test_each_role_finds_its_own_pages(estate: Estate, as_: As) -> None:
    cleaning = estate.recurrence()
    passage = estate.scan(cleaning, at(8), proof="photo", code="", data=photo_bytes())
    expected = {
        # list, form, month, commitment, file, withdrawal
        "association": [200, 403, 403, 404, 200, 404],
        "agent": [200, 200, 200, 200, 200, 200],
        "manager": [200, 200, 200, 200, 200, 200],
        "service": [200, 200, 200, 404, 404, 404],
        "reviewer": [200, 200, 200, 200, 200, 200],
        "committee": [403, 403, 403, 404, 404, 404],
        "stranger": [200, 200, 200, 404, 404, 404],
    }
    addresses = [
        "/passages/",
        "/passages/nouveau/",
        "/engagements/promesses/",
        f"/engagements/promesses/{cleaning.pk}/",
        f"/enregistrements/{passage.uuid}/preuve/",
        f"/enregistrements/{passage.uuid}/retirer/",
    ]
    found: dict[str, list[int]] = {}
    for who in expected:
        found[who] = []
        for address in addresses:
            answer = as_(who).get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            found[who].append(answer.status_code)
    assert found == expected


@time_machine.travel(NOW, tick=False)
def test_an_agent_sees_the_lines_of_its_patch(estate: Estate, as_: As) -> None:
    estate.recurrence()
    second = ResidenceFactory(quartier=estate.residence.quartier, bailleur=estate.bailleur)
    estate.people["caretaker"] = UserFactory(agent=True, organisation=estate.bailleur, residences=[second])
    cleaning = estate.version.commitments.get()
    everything = as_("manager").get(f"/engagements/promesses/{cleaning.pk}/").context["lines"]
    patch = as_("caretaker").get(f"/engagements/promesses/{cleaning.pk}/").context["lines"]
    assert (len(everything), [line.subject for line in patch]) == (2, [second.name])


@time_machine.travel(NOW, tick=False)
def test_the_convention_of_another_is_no_choice(estate: Estate, as_: As) -> None:
    other = VersionFactory(convention=ConventionFactory()).convention
    assert as_("manager").get(f"/engagements/promesses/?convention={other.slug}").status_code == 400
    assert as_("reviewer").get(f"/engagements/promesses/?convention={other.slug}").status_code == 200
    assert as_("reviewer").get("/engagements/promesses/?month=septembre").status_code == 400


@time_machine.travel(NOW, tick=False)
def test_the_list_takes_the_same_queries_for_one_passage_and_for_twenty(
    estate: Estate, as_: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cleaning = estate.recurrence()
    for minute in range(20):
        record_passage(cleaning, estate.residence, by=estate.people["agent"], at=at(9, 12, minute))
    client = as_("manager")
    # session, user, memberships (2), alerts, count, page
    with django_assert_num_queries(7):
        client.get("/passages/")
    # session, user, memberships (2), alerts, commitment, ground (4), passages judged, count, page
    with django_assert_num_queries(13):
        client.get(f"/engagements/promesses/{cleaning.pk}/")


@time_machine.travel(NOW, tick=False)
def test_what_another_party_did_is_read_and_not_corrected(estate: Estate, as_: As) -> None:
    """The town sweeps in front of the bailleur's residence: its staff sees the passage, and may not touch it."""
    own, town = estate.scan(estate.recurrence(), at(8)), OrganisationFactory(city_service=True)
    annex = VersionFactory(
        convention=ConventionFactory(organisation=town, is_annex=True), quartiers=[estate.residence.quartier]
    )
    sweeping = estate.recurrence(label="Balayage", version=annex)
    sweeper = UserFactory(service=True, organisation=town)
    swept, _ = record_passage(sweeping, estate.residence, by=sweeper, at=at(9))
    page = as_("manager").get("/passages/")
    assert (set(page.context["page"]), page.context["correctable"]) == ({own, swept}, {own.pk})
    assert as_("manager").get(f"/enregistrements/{swept.uuid}/retirer/").status_code == 404
    assert as_("reviewer").get("/passages/").context["correctable"] == {own.pk, swept.pk}
