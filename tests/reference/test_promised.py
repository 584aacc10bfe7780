"""The demonstration's passages, walks and actions: by the real verbs, the same each time, and of no real place."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PdfReader

from gup.inspections.evidence import examine
from gup.inspections.models import Milestone, Passage, Walk
from gup.partners.enums import Role
from gup.partners.models import User
from gup.reference.demonstration.accounts import create_accounts
from gup.reference.demonstration.promised import Promised, signed_sheet
from gup.reference.loading import load_reference

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 10, 20, tzinfo=UTC)


def _staff() -> dict[str, list[User]]:
    staff: dict[str, list[User]] = {}
    for user in create_accounts().values():
        for membership in user.memberships.filter(role__in=[Role.AGENT, Role.MANAGER, Role.SERVICE]):
            staff.setdefault(membership.organisation.slug, []).append(user)
    return staff


def _told(staff: dict[str, list[User]]) -> list[object]:
    """What two weeks of October write, taken back afterwards."""
    before = transaction.savepoint()
    promised, day = Promised(staff), date(2026, 10, 5)
    while day < date(2026, 10, 19):
        promised.keep(day, UNTIL)
        day += timedelta(days=1)
    passages = Passage.objects.order_by("id").values_list("commitment__label", "residence__slug", "at", "proof")
    walks = Walk.objects.order_by("id").values_list("residence__slug", "walked_on", "score")
    told: list[object] = [*passages, *walks, *Milestone.objects.values_list("commitment__label", "done_on")]
    assert Passage.objects.filter(residence__is_demonstration=False).count() == 0
    transaction.savepoint_rollback(before)
    return told


def test_the_same_days_tell_the_same_passages_and_none_of_a_real_residence() -> None:
    load_reference()
    staff = _staff()
    first = _told(staff)
    assert len(first) > 100
    assert _told(staff) == first


def test_a_signed_sheet_is_a_real_pdf() -> None:
    sheet = signed_sheet("Dératisation", "Résidence (B)")
    assert examine(sheet).type == "application/pdf"
    assert "Dératisation" in PdfReader(BytesIO(sheet)).pages[0].extract_text()
