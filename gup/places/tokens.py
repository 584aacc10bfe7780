"""Random names for what the public may address: they cannot be guessed, nor counted."""

import random
import secrets
import string

# Chance is an argument, as time is: the demonstration draws from a seed, everything else from the system.
SYSTEM_CHANCE: random.Random = secrets.SystemRandom()
_URL_SAFE = string.ascii_letters + string.digits + "-_"

# No vowel, no 0/O/1/I/L: nothing to misread on a poster or over the phone, and no word by accident.
READABLE = "23456789BCDFGHJKMNPQRSTVWXZ"


def random_token(chance: random.Random = SYSTEM_CHANCE) -> str:
    """A URL-safe token of 22 characters, 132 bits (public links need 128 or more)."""
    return "".join(chance.choices(_URL_SAFE, k=22))


def readable_code(length: int, chance: random.Random = SYSTEM_CHANCE) -> str:
    """`length` characters that can be read aloud without a mistake, e.g. "7K3M9Q"."""
    return "".join(chance.choices(READABLE, k=length))
