"""What an association is mandated for is what its people see, from the first day to the last."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from gup.partners.audit import broken_links
from gup.partners.mandates import apply_mandates, end_mandate, give_mandate
from gup.partners.models import AuditEntry, User
from gup.partners.scope import places_of
from gup.places.models import Residence
from tests.factories import OrganisationFactory, ResidenceFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
NOW = datetime.fromisoformat("2026-09-10T16:00:00+00:00")


@pytest.fixture
def _frozen() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member() -> User:
    return UserFactory(association=True)


def _seen(user: User) -> list[Residence]:
    return list(places_of(User.objects.get(pk=user.pk)))


def test_a_mandate_opens_its_residence_to_all_the_people_of_the_association(member: User) -> None:
    association, residence = member.memberships.get().organisation, ResidenceFactory()
    other = UserFactory(association=True, organisation=association)
    assert _seen(member) == []
    by = UserFactory(administrator=True)
    give_mandate(association, residence, since=date(2026, 9, 10), until=None, by=by, at=timezone.now())
    assert _seen(member) == _seen(other) == [residence]
    assert AuditEntry.objects.get().action == "mandat"
    assert broken_links() == []


def test_a_mandate_to_come_opens_on_its_day_and_closes_on_its_last(member: User) -> None:
    association, residence = member.memberships.get().organisation, ResidenceFactory()
    by = UserFactory(administrator=True)
    give_mandate(association, residence, since=date(2026, 9, 12), until=date(2026, 9, 14), by=by, at=timezone.now())
    assert _seen(member) == []
    assert (apply_mandates(date(2026, 9, 12)), apply_mandates(date(2026, 9, 12))) == (1, 0)
    assert _seen(member) == [residence]
    apply_mandates(date(2026, 9, 14))
    assert _seen(member) == []


def test_an_ended_mandate_closes_at_once_and_another_may_follow(member: User) -> None:
    association, residence = member.memberships.get().organisation, ResidenceFactory()
    given: dict[str, Any] = {"by": UserFactory(administrator=True), "at": timezone.now()}
    mandate = give_mandate(association, residence, since=date(2026, 1, 1), until=None, **given)
    with pytest.raises(ValidationError, match="a déjà un mandat"):
        give_mandate(association, residence, since=date(2026, 3, 1), until=None, **given)
    end_mandate(mandate, until=date(2026, 9, 10), **given)
    assert _seen(member) == []
    give_mandate(association, residence, since=date(2026, 9, 10), until=None, **given)
    assert _seen(member) == [residence]
    with pytest.raises(ValidationError, match="Un autre mandat"):
        end_mandate(mandate, until=date(2026, 12, 1), **given)


def test_a_bailleur_receives_no_mandate() -> None:
    with pytest.raises(ValidationError, match="association"):
        give_mandate(
            OrganisationFactory(),
            ResidenceFactory(),
            since=date(2026, 1, 1),
            until=None,
            by=UserFactory(administrator=True),
            at=timezone.now(),
        )
