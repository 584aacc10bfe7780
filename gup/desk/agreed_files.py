"""A file as it was shown, to this person, against this state: the page carries it, and nobody can alter it."""

import base64
import binascii

from django.core.signing import BadSignature, TimestampSigner

from gup.partners.models import User

# How long what was shown may be agreed to.
_ONE_HOUR = 3600


class NeverShown(Exception):
    """What is agreed to was never shown to this person, or too long ago."""

    def __str__(self) -> str:
        return "Le fichier n'a pas été relu depuis une heure, ou par quelqu'un d'autre : déposez-le de nouveau."


def sealed(data: bytes, state: str, user: User, purpose: str) -> str:
    return _signer(user, purpose).sign(f"{state}.{base64.b64encode(data).decode()}")


def unsealed(text: str, user: User, purpose: str) -> tuple[bytes, str]:
    """The file and the state that were shown. Raises NeverShown."""
    try:
        state, _, encoded = _signer(user, purpose).unsign(text, max_age=_ONE_HOUR).partition(".")
        return base64.b64decode(encoded, validate=True), state
    except (BadSignature, binascii.Error, ValueError) as forged:
        raise NeverShown from forged


def _signer(user: User, purpose: str) -> TimestampSigner:
    return TimestampSigner(salt=f"{purpose}-{user.pk}")
