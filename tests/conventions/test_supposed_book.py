"""Which version would govern, were a project in force: the same order as in life, without the convention it amends."""

from datetime import UTC, date, datetime

import pytest

from gup.conventions.models import ConventionVersion
from gup.conventions.promise_book import PromiseBook, SupposedBook
from gup.partners.models import Organisation
from gup.places.models import Residence
from tests.factories import (
    CommitmentFactory,
    ConventionFactory,
    OrganisationFactory,
    ResidenceFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def residence() -> Residence:
    made: Residence = ResidenceFactory()
    return made


def _governs(book: PromiseBook, party: Organisation, residence: Residence) -> ConventionVersion | None:
    return book.version_for(party.pk, residence, MARCH, MARCH, MARCH)


def _project(signed: ConventionVersion, party: Organisation, residence: Residence) -> ConventionVersion:
    project: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2027, 1, 1),
        quartiers=[residence.quartier],
    )
    CommitmentFactory(version=project, responsible=party)
    return project


def _annex(party: Organisation, residence: Residence) -> ConventionVersion:
    annex: ConventionVersion = VersionFactory(
        convention=ConventionFactory(organisation=OrganisationFactory(), is_annex=True),
        quartiers=[residence.quartier],
    )
    CommitmentFactory(version=annex, responsible=party)
    return annex


def test_the_project_governs_where_and_for_whom_it_speaks(residence: Residence) -> None:
    bailleur = OrganisationFactory()
    signed = signed_convention(bailleur, [residence.quartier])
    project = _project(signed, bailleur, residence)
    book = SupposedBook(project)
    assert _governs(book, bailleur, residence) == project
    assert _governs(book, bailleur, ResidenceFactory()) is None
    assert _governs(PromiseBook(), bailleur, residence) == signed


def test_a_party_that_the_project_leaves_out_falls_back_on_the_annex(residence: Residence) -> None:
    bailleur = OrganisationFactory()
    signed = signed_convention(bailleur, [residence.quartier])
    annex = _annex(bailleur, residence)
    project = _project(signed, OrganisationFactory(), residence)
    assert _governs(SupposedBook(project), bailleur, residence) == annex


def test_a_project_of_the_annex_does_not_take_the_place_of_a_party_s_own_convention(residence: Residence) -> None:
    bailleur = OrganisationFactory()
    signed = signed_convention(bailleur, [residence.quartier])
    project = _project(_annex(bailleur, residence), bailleur, residence)
    assert _governs(SupposedBook(project), bailleur, residence) == signed
