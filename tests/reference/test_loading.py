"""The facts the product starts from, and the demonstration told from them."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from gup.conventions.models import Category, Commitment, Convention, ConventionVersion
from gup.incidents.models import Incident
from gup.incidents.projection import differences
from gup.places.models import Perimeter, Quartier, Residence
from gup.reference import drawn_photos
from gup.reference.demonstration import year
from gup.reference.loading import load_reference

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing() -> None:
    first = load_reference()
    before = [
        model.objects.count() for model in (Quartier, Category, Residence, Convention, ConventionVersion, Commitment)
    ]
    assert load_reference() == first
    assert before == [
        model.objects.count() for model in (Quartier, Category, Residence, Convention, ConventionVersion, Commitment)
    ]


def test_the_fourteen_quartiers_stand_in_their_perimeters() -> None:
    load_reference()
    by_perimeter = {each.slug: each.quartiers.count() for each in Perimeter.objects.all()}
    assert by_perimeter == {"gup": 6, "renovation": 6, "integration": 2}


def test_the_nomenclature_has_12_families_and_65_categories() -> None:
    load_reference()
    families, categories = Category.objects.filter(parent=None), Category.objects.exclude(parent=None)
    assert (families.count(), categories.count()) == (12, 65)


def test_every_convention_is_illustrative_and_one_residence_alone_is_real() -> None:
    load_reference()
    assert not Convention.objects.filter(is_illustrative=False).exists()
    assert [each.name for each in Residence.objects.filter(is_demonstration=False)] == ["Le Lauréat"]


def _told() -> list[tuple[str, str, int]]:
    return list(Incident.objects.order_by("id").values_list("ref", "status", "version"))


@pytest.mark.timeout(240)
def test_the_same_year_is_told_twice_the_same_and_its_clocks_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "first_day", lambda until: date(2026, 7, 20))
    load_reference()
    before = transaction.savepoint()
    until = datetime(2026, 8, 2, tzinfo=UTC)
    year.tell_year(until)
    first = _told()
    assert len(first) > 25
    assert [line for incident in Incident.objects.all() for line in differences(incident, until)] == []
    transaction.savepoint_rollback(before)
    year.tell_year(until)
    assert _told() == first


@pytest.mark.parametrize("family", sorted(drawn_photos.SCENES))
def test_each_family_has_its_picture_before_and_after(family: str) -> None:
    before, after = drawn_photos.draw(family, 3, after=False), drawn_photos.draw(family, 3, after=True)
    assert before != after
    assert before == drawn_photos.draw(family, 3, after=False)


def test_a_matter_between_people_has_no_picture() -> None:
    with pytest.raises(ValueError, match="tranquillity"):
        drawn_photos.draw("tranquillity", 1, after=False)
