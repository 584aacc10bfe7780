"""A code is replaced when a poster was misused: copied elsewhere, or put up where it does not belong."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from gup.partners.audit import note
from gup.partners.models import User
from gup.places.codes import renew_code
from gup.places.models import QrCode
from gup.posters.places import Place, printable_by


def replace_code(place: Place, *, by: User, at: datetime) -> QrCode:
    """Retire the code of a place at `at` (UTC) and draw another; logged. Raises PermissionDenied for a stranger."""
    if not printable_by(by).filter(pk=place.residence.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        code = renew_code(place.residence, place.spot, at=at)
        note(actor=by.email, action="remplacement d'un QR code", subject=f"{place.residence} · {place.name}", at=at)
    return code
