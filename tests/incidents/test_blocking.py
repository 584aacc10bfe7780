"""The block list: whom it holds, for how long, and what cannot be blocked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gup.incidents.block_models import Block
from gup.incidents.blocking import block, block_of, lift
from gup.partners.audit_models import AuditEntry
from gup.partners.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def administrator() -> User:
    user: User = UserFactory(administrator=True)
    return user


def _block(by: User, value: str, kind: str = "network", days: int = 7, at: datetime = NOW) -> Block:
    return block(kind=kind, value=value, reason="Envois injurieux", until=at + days * DAY, by=by, at=at)


@pytest.mark.parametrize(
    ("value", "held", "free"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.0/24", "192.0.2.200", "192.0.3.1"),
        ("2001:db8::/48", "2001:db8:0:1::5", "192.0.2.7"),
    ],
)
def test_a_network_holds_its_addresses_and_no_other(administrator: User, value: str, held: str, free: str) -> None:
    made = _block(administrator, value)
    assert block_of(address=held, email="", at=NOW) == made
    assert block_of(address=free, email="", at=NOW) is None
    assert block_of(address="", email="", at=NOW) is None


def test_an_e_mail_is_held_however_it_is_written_until_its_day_or_its_lifting(administrator: User) -> None:
    made = _block(administrator, " Quelqu.Un@essai.example ", kind="email")
    assert block_of(address="192.0.2.1", email="quelqu.un@ESSAI.example", at=NOW) == made
    assert block_of(address="192.0.2.1", email="quelqu.un@essai.example", at=NOW + 7 * DAY) is None
    lift(made, by=administrator, at=NOW + DAY)
    assert block_of(address="192.0.2.1", email="quelqu.un@essai.example", at=NOW + DAY) is None
    with pytest.raises(ValidationError, match="déjà levé"):
        lift(made, by=administrator, at=NOW + DAY)
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["blocage", "levée de blocage"]


def test_what_ended_by_itself_may_be_blocked_again_and_what_holds_may_not(administrator: User) -> None:
    _block(administrator, "192.0.2.7")
    with pytest.raises(ValidationError, match="déjà bloquée"):
        _block(administrator, "192.0.2.7", at=NOW + DAY)
    _block(administrator, "192.0.2.7", at=NOW + 8 * DAY)
    assert Block.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "value", "days", "reason", "said"),
    [
        ("network", "pas une adresse", 7, "r", "Écrivez une adresse IP"),
        ("network", "10.0.0.0/8", 7, "r", "trop large"),
        ("email", "pas un e-mail", 7, "r", "pas valable"),
        ("email", "a@essai.example", 0, "r", "se termine après"),
        ("email", "a@essai.example", 400, "r", "dans l'année"),
        ("email", "a@essai.example", 7, "  ", "Dites pourquoi"),
    ],
)
def test_what_cannot_be_blocked_is_said(
    administrator: User, kind: str, value: str, days: int, reason: str, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        block(kind=kind, value=value, reason=reason, until=NOW + days * DAY, by=administrator, at=NOW)
    assert not Block.objects.exists()


def test_only_the_administration_decides(administrator: User) -> None:
    with pytest.raises(PermissionDenied):
        _block(UserFactory(reviewer=True), "192.0.2.7")
    made = _block(administrator, "192.0.2.7")
    with pytest.raises(PermissionDenied):
        lift(made, by=UserFactory(reviewer=True), at=NOW)
