"""The demonstration's project of amendment: the signed version, but for what it proposes."""

import pytest

from gup.conventions.models import ConventionVersion
from gup.reference.demonstration.amendment import draft_amendment
from gup.reference.loading import load_reference


@pytest.mark.django_db
def test_the_project_differs_from_the_signed_version_by_what_it_proposes_and_binds_nobody() -> None:
    load_reference()
    project = draft_amendment(2027)
    signed = ConventionVersion.objects.get(convention=project.convention, number=0)
    terms = ("kind", "category__slug", "priority", "stage", "target", "responsible")
    changed = set(project.commitments.values_list(*terms)) ^ set(signed.commitments.values_list(*terms))
    assert {row[1] for row in changed} == {"lift-out", "bulky-private"}
    assert project.commitments.count() == signed.commitments.count() > 10
    assert project.escalation_steps.count() == signed.escalation_steps.count()
    assert project.activated_at is None
    assert load_reference().conventions == 4
