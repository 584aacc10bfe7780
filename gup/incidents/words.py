"""What people typed, made fit to store: whole, readable, bounded."""

import unicodedata

from gup.incidents.errors import InvalidInput

MAX_TEXT = 4000
# Joiners that real writing uses stay; every other control or invisible character goes.
KEPT_CONTROLS = {"\n", "\t", "\u200d", "\u200c"}


def clean_text(text: str, *, field: str, limit: int = MAX_TEXT) -> str:
    """The text without control characters, trimmed; empty when nothing visible remains.

    Raises InvalidInput, naming `field`, when it is longer than `limit` characters or is not valid Unicode.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput("Ce texte contient des caractères illisibles.", field=field)
    kept = "".join(
        character
        for character in text.replace("\r\n", "\n")
        if character in KEPT_CONTROLS or unicodedata.category(character) not in ("Cc", "Cf")
    ).strip()
    if not any(unicodedata.category(character)[0] not in "CZ" for character in kept):
        return ""
    if len(kept) > limit:
        raise InvalidInput(f"Ce texte est trop long : {len(kept)} caractères pour {limit} au plus.", field=field)
    return kept
