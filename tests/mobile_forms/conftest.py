"""A residence under a signed convention, and the poster of one of its places."""

import pytest

from gup.places.models import QrCode
from tests.factories import ResidenceFactory, SpotFactory, signed_convention


@pytest.fixture
def qr(db: None) -> QrCode:
    residence = ResidenceFactory()
    signed_convention(residence.managements.get().bailleur, [residence.quartier])
    return QrCode.objects.create(residence=residence, spot=SpotFactory(residence=residence))
