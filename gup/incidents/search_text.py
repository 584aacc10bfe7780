"""Words as they are searched: without accents, case or signs, so that « Éclairage » is found by « eclairage »."""

import unicodedata

# The shortest word that an index of trigrams knows.
TRIGRAM = 3
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def folded(text: str) -> str:
    """Letters and digits in lower case, one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = (each for each in plain if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())


def words_of(text: str) -> list[str]:
    """Each different word, in their order."""
    return list(dict.fromkeys(folded(text).split()))


def document(*parts: str) -> str:
    return folded(" ".join(parts))
