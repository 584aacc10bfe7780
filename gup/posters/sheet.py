"""What a poster says, in words ready to be set: French first, then the other languages that are spoken there."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from gup.partners.models import Management, Organisation
from gup.places.codes import live_code
from gup.places.models import QrCode
from gup.posters.places import Place

# Of the code: a quarter of it may be torn or dirty.
ERROR_CORRECTION = "q"

INVITATIONS = (
    ("fr", "Un problème ici\u00a0? Signalez-le."),
    ("en", "A problem here? Report it."),
    ("es", "¿Un problema aquí? Avísenos."),
    ("ht", "Gen yon pwoblèm isit la? Siyale l."),
)
# Each picture of the template with its words, in the same order of languages.
STEPS = (
    ("scan", ("Scannez le code", "Scan the code", "Escanee el código", "Eskane kòd la")),
    ("photo", ("Montrez le problème", "Show the problem", "Muestre el problema", "Montre pwoblèm lan")),
    ("repair", ("Le bailleur intervient", "The landlord acts", "El casero actúa", "Pwopriyetè a aji")),
    ("confirm", ("Dites si c'est réparé", "Say if it is fixed", "Diga si está reparado", "Di si li repare")),
)
EMERGENCIES = (("18", "Pompiers"), ("15", "SAMU"), ("17", "Police"), ("112", "Urgences"))


class Format(StrEnum):
    """A4: one poster a page. Stickers: eight a page, 99.1 mm by 67.7 mm."""

    A4 = "a4"
    STICKERS = "stickers"


def poster_sheet(places: Iterable[Place], *, today: date) -> dict[str, Any]:
    """The words and codes of each place's poster; a place without a code gets one. `today` tells who manages it."""
    places = list(places)
    residences = {place.residence.pk for place in places}
    bailleurs, codes = _bailleurs(residences, today), _codes(residences)
    return {
        "title": "Affiches de signalement" if len(places) > 1 else f"Affiche de signalement : {places[0].residence}",
        "invitations": [{"lang": lang, "words": words} for lang, words in INVITATIONS],
        "steps": [{"picture": picture, "words": list(words)} for picture, words in STEPS],
        "emergencies": [list(each) for each in EMERGENCIES],
        "places": [_place(place, bailleurs.get(place.residence.pk), codes) for place in places],
    }


def address_of(code: str) -> str:
    """What the code opens, for who scans it and for who types it."""
    return f"{settings.GUP_BASE_URL}{reverse('qr', args=[code])}"


def _place(place: Place, bailleur: Organisation | None, codes: dict[tuple[int, int | None], str]) -> dict[str, Any]:
    known = codes.get((place.residence.pk, place.spot.pk if place.spot else None))
    address = address_of(known or live_code(place.residence, place.spot).code)
    return {
        "residence": place.residence.name,
        "spot": place.spot.name if place.spot else "",
        "quartier": place.residence.quartier.name,
        "bailleur": bailleur.name if bailleur else "",
        "on_call": bailleur.on_call_phone if bailleur else "",
        "address": address.removeprefix("https://").removeprefix("http://"),
        "code": _drawn(address),
        "demonstration": place.residence.is_demonstration,
    }


def _drawn(address: str) -> str:
    """The code as SVG, black on white, with the quiet zone that readers need."""
    out = BytesIO()
    segno.make(address, error=ERROR_CORRECTION, micro=False).save(
        out, kind="svg", border=4, xmldecl=False, light="#fff"
    )
    return out.getvalue().decode()


def _codes(residences: set[int]) -> dict[tuple[int, int | None], str]:
    """The codes in service, by residence and spot."""
    live = QrCode.objects.filter(residence__in=residences, revoked_at=None)
    return {(residence, spot): code for residence, spot, code in live.values_list("residence", "spot", "code")}


def _bailleurs(residences: set[int], today: date) -> dict[int, Organisation]:
    managements = Management.objects.on(today).filter(residence__in=residences).select_related("bailleur")
    return {each.residence_id: each.bailleur for each in managements}
