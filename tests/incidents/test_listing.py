"""What lists answer: several values of a facet, counts that agree with the rows, words, pages by key."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from gup.incidents.facets import counted
from gup.incidents.keyset import ForeignCursor, Order, cursor_of, page_of, sealed
from gup.incidents.listing import Asked, Facet, Lateness, Work, directory_of, matching
from gup.incidents.models import Incident
from gup.partners.models import User
from gup.places.models import Residence
from gup.reference.loading import load_reference
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def reviewer() -> User:
    return UserFactory(reviewer=True)


@pytest.fixture
def residence() -> Residence:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur, name="Résidence Les Alizés")
    signed_convention(bailleur, [residence.quartier])
    return residence


def refs(asked: Asked, now: datetime = NOON) -> set[str]:
    return set(matching(Incident.objects.all(), asked, now).values_list("ref", flat=True))


@pytest.mark.parametrize(
    "text",
    ["eclairage", "ÉCLAIRAGE", "clairag", "eclairage hall", "cœur", "coeur", "alizes", "porte b", "l'eclairage"],
)
def test_words_find_an_incident_whatever_their_accents_and_their_case(residence: Residence, text: str) -> None:
    spot = SpotFactory(residence=residence, name="Porte B")
    given = {"title": "L’éclairage du hall", "description": "Plus rien au cœur de la cage", "spot": spot}
    incident = IncidentFactory(residence=residence, at=NOON, **given)
    IncidentFactory(title="Boite", residence=ResidenceFactory(name="Tour"), at=NOON)
    assert refs(Asked(text=text)) == {incident.ref}


@pytest.mark.parametrize("text", ["%", "_", '"', "!!!", "hall AND", "NOT hall", "body:hall", "eclairage cuisine"])
def test_signs_and_words_that_are_not_there_find_nothing(residence: Residence, text: str) -> None:
    IncidentFactory(residence=residence, at=NOON, title="Éclairage du hall")
    assert refs(Asked(text=text)) == set()


def test_a_residence_with_a_new_name_is_found_by_it(residence: Residence) -> None:
    load_reference()
    known = Residence.objects.get(slug="le-laureat")
    incident = IncidentFactory(residence=known, at=NOON)
    Residence.objects.filter(pk=known.pk).update(name="Le Laureat")
    load_reference()
    assert refs(Asked(text="lauréat")) == {incident.ref}


def test_several_values_of_one_facet_widen_and_several_facets_narrow(residence: Residence) -> None:
    elsewhere = ResidenceFactory()
    here, there = (IncidentFactory(residence=each, at=NOON) for each in (residence, elsewhere))
    IncidentFactory(at=NOON)
    both = {Facet.RESIDENCE: (residence.slug, elsewhere.slug)}
    assert refs(Asked(chosen=both)) == {here.ref, there.ref}
    assert refs(Asked(chosen=both | {Facet.CATEGORY: (here.category.slug,)})) == {here.ref}


@pytest.mark.parametrize(
    ("late_by", "band"),
    [
        (timedelta(hours=1), Lateness.DAY),
        (DAY, Lateness.DAY),
        (DAY + timedelta(seconds=1), Lateness.WEEK),
        (7 * DAY, Lateness.WEEK),
        (8 * DAY, Lateness.MONTH),
        (31 * DAY, Lateness.MORE),
    ],
)
def test_each_late_incident_is_in_one_band(residence: Residence, late_by: timedelta, band: Lateness) -> None:
    incident = IncidentFactory(residence=residence, at=NOON)
    assert incident.due_at is not None
    now = incident.due_at + late_by
    held = [each for each in Lateness if refs(Asked(chosen={Facet.LATE: (each.value,)}), now)]
    assert held == [band]
    assert refs(Asked(work=Work.LATE), now) == {incident.ref}


def test_each_count_is_the_number_of_rows_that_its_choice_would_show(residence: Residence, reviewer: User) -> None:
    """The figures come from another read than the rows: they must agree whatever is chosen already."""
    agent = UserFactory(agent=True, organisation=residence.managements.get().bailleur)
    kinds, places = [CategoryFactory() for _ in range(3)], [residence, ResidenceFactory(quartier=residence.quartier)]
    for number in range(12):
        incident = IncidentFactory(residence=places[number % 2], category=kinds[number % 3], at=NOON - number * DAY)
        if number % 2 == 0 and number % 4:
            incident.acknowledge(by=agent, at=NOON - number * DAY + timedelta(hours=number))
    known = directory_of(reviewer)
    for chosen in (
        {},
        {Facet.RESIDENCE: (residence.slug,)},
        {Facet.RESIDENCE: (residence.slug,), Facet.STATUS: ("opened",)},
        {Facet.CLOCK: ("held",), Facet.CATEGORY: (kinds[0].slug, kinds[1].slug)},
        {Facet.LATE: ("week",), Facet.FAMILY: (kinds[1].family.slug,)},
    ):
        asked = Asked(chosen=chosen)
        total, facets = counted(Incident.objects.visible_to(reviewer), asked, NOON, known)
        assert total == len(refs(asked))
        for facet in facets:
            for choice in facet.choices:
                alone = Asked(chosen={**chosen, facet.facet: (choice.value,)})
                assert choice.count == len(refs(alone)), (chosen, facet.facet, choice)


@pytest.mark.parametrize("order", Order)
def test_pages_by_key_show_each_row_once_in_its_order(residence: Residence, order: Order) -> None:
    places = [residence, ResidenceFactory(name="Résidence A", bailleur=None), ResidenceFactory(name="Résidence | Z")]
    places[1].managements.create(bailleur=OrganisationFactory(), since="2007-01-01")
    # Several at one instant, some without a due.
    for number in range(11):
        IncidentFactory(residence=places[number % 3], at=NOON - (number // 2) * DAY)
    seen: list[Incident] = []
    cursor = ""
    while rows := page_of(Incident.objects.for_lists(), order, cursor, 3):
        seen += rows
        cursor = cursor_of(rows[-1], order)
    sorted_by = {
        Order.DUE: [F("due_at").asc(nulls_last=True), F("id").asc()],
        Order.REPORTED: [F("reported_at").desc(), F("id").desc()],
        Order.RESIDENCE: [F("residence__name").asc(), F("residence_id").asc(), F("id").asc()],
    }[order]
    assert seen == list(Incident.objects.order_by(*sorted_by))
    assert len(seen) == 11


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("text", ["x", "|", "1|x|n", "2026-01-01T00:00:00|5", "99999999999999999999|1|n", "1|1|\x00"])
def test_a_cursor_of_another_list_is_refused(order: Order, text: str) -> None:
    with pytest.raises(ForeignCursor):
        page_of(Incident.objects.all(), order, sealed(text), 3)
