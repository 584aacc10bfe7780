"""Which promise governs: the version in force when it was reported, then the most specific, never the first found."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from gup.conventions.governing import commitment_for, party_for, version_in_force
from gup.conventions.models import ConventionVersion
from gup.service_levels.stages import Stage
from tests.factories import (
    CategoryFactory,
    CommitmentFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)


def test_residence_beats_category_beats_family_beats_everything_then_priority() -> None:
    residence = ResidenceFactory()
    bailleur = residence.managements.get().bailleur
    version = VersionFactory(convention__organisation=bailleur, quartiers=[residence.quartier])
    category = CategoryFactory()
    ladder: list[dict[str, object]] = [
        {},
        {"priority": "urgent"},
        {"category": category.parent},
        {"category": category},
        {"category": category, "priority": "urgent"},
        {"residence": residence},
    ]
    for hours, fields in enumerate(ladder, start=1):
        made = CommitmentFactory(version=version, target=hours * 3600, **fields)
        won = commitment_for(category, residence, "urgent", NOW, party=bailleur)
        assert won[Stage.RESOLVE] == made


def test_two_equally_specific_promises_cannot_both_be_written() -> None:
    made = CommitmentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CommitmentFactory(version=made.version, target=7)


def test_the_version_in_force_at_the_report_governs_for_life() -> None:
    residence = ResidenceFactory()
    bailleur = residence.managements.get().bailleur
    old = signed_convention(bailleur, [residence.quartier], in_force_until=date(2026, 10, 1))
    new = VersionFactory(
        convention=old.convention, number=1, in_force_from=date(2026, 10, 1), quartiers=[residence.quartier]
    )
    CommitmentFactory(version=new, responsible=bailleur)
    assert version_in_force(bailleur, residence, NOW) == old
    # 1 October begins in Martinique at 4:00 UTC.
    assert version_in_force(bailleur, residence, datetime(2026, 10, 1, 3, 59, tzinfo=UTC)) == old
    assert version_in_force(bailleur, residence, datetime(2026, 10, 1, 4, 0, tzinfo=UTC)) == new


def test_hors_convention_an_incident_has_no_clock_and_is_still_there() -> None:
    incident = IncidentFactory(at=NOW)
    assert (incident.convention_version, incident.clocks.count(), incident.due_at) == (None, 0, None)


def test_versions_of_one_convention_never_overlap_in_the_model_nor_in_the_database() -> None:
    first = VersionFactory(in_force_from=date(2026, 1, 1), in_force_until=date(2027, 1, 1))
    rival = ConventionVersion(
        convention=first.convention, number=1, in_force_from=date(2026, 12, 31), activated_at=first.activated_at
    )
    with pytest.raises(ValidationError, match="chevauche"):
        rival.clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        rival.save()
    rival.activated_at = None  # a project may overlap
    rival.clean()
    rival.save()
    rival.activated_at, rival.in_force_from = first.activated_at, date(2027, 1, 1)
    rival.save()


def test_the_bailleur_answers_where_it_signed_and_the_town_elsewhere() -> None:
    residence = ResidenceFactory()
    bailleur, town = residence.managements.get().bailleur, OrganisationFactory(city_service=True)
    version = signed_convention(bailleur, [residence.quartier])
    category = CategoryFactory(default_party=town)
    assert party_for(category, residence, bailleur, NOW) == town
    CommitmentFactory(version=version, category=category, responsible=bailleur)
    assert party_for(category, residence, bailleur, NOW) == bailleur
    assert party_for(category, residence, bailleur, NOW - timedelta(days=4000)) == town
