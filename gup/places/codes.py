"""The code of a place: made once, printed as often as one likes, replaced when a poster was misused."""

from datetime import datetime

from django.db import transaction

from gup.places.models import QrCode, Residence, Spot


def live_code(residence: Residence, spot: Spot | None = None) -> QrCode:
    """The code in service of a residence, or of one of its spots; drawn where there was none."""
    code, _ = QrCode.objects.get_or_create(residence=residence, spot=spot, revoked_at=None)
    return code


def renew_code(residence: Residence, spot: Spot | None, *, at: datetime) -> QrCode:
    """Retire the code in service at `at` (UTC) and draw another: the posters that bear the old one say so from then."""
    with transaction.atomic():
        QrCode.objects.filter(residence=residence, spot=spot, revoked_at=None).update(revoked_at=at)
        return live_code(residence, spot)
