"""The QR code of a spot, as a phone reads it or as a hand copies it."""

from gup.incidents.errors import InvalidInput
from gup.places.models import QrCode, Residence, Spot

MAX_TYPED = 300


def spot_of_code(typed: str, residence: Residence, spot: Spot | None) -> QrCode:
    """The live code that was scanned, address or code alone, with its spot.

    Raises InvalidInput (field "code") unless it is the code of a spot of this residence, and of `spot` where one was
    named: the poster of another place, of the whole residence or one that was revoked proves nothing here.
    """
    name = typed.strip()[:MAX_TYPED].rstrip("/").rpartition("/")[2]
    if not name:
        raise InvalidInput("Scannez ou copiez le QR code du lieu.", field="code")
    found = QrCode.objects.filter(code=name, revoked_at__isnull=True).select_related("spot").first()
    if found is None or found.residence_id != residence.pk:
        raise InvalidInput("Ce QR code n'est pas celui d'un lieu de cette résidence.", field="code")
    if found.spot is None:
        raise InvalidInput("Ce QR code est celui de toute la résidence : scannez celui du lieu.", field="code")
    if spot is not None and spot.pk != found.spot_id:
        raise InvalidInput(f"Ce QR code est celui de « {found.spot} », pas de « {spot} ».", field="code")
    return found
