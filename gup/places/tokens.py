"""Names for what the public may address: they cannot be guessed, nor counted. Secret ones are kept as hashes."""

import base64
import hashlib
import random
import secrets
import string

from django.utils.crypto import salted_hmac

# Chance is an argument, as time is: the demonstration draws from a seed, everything else from the system.
SYSTEM_CHANCE: random.Random = secrets.SystemRandom()
_URL_SAFE = string.ascii_letters + string.digits + "-_"
# 132 bits (public links need 128 or more).
_LENGTH = 22

# No vowel, no 0/O/1/I/L: nothing to misread on a poster or over the phone, and no word by accident.
READABLE = "23456789BCDFGHJKMNPQRSTVWXZ"


def random_token(chance: random.Random = SYSTEM_CHANCE) -> str:
    """A URL-safe token of 22 characters."""
    return "".join(chance.choices(_URL_SAFE, k=_LENGTH))


def made_secret(salt: str, name: str) -> str:
    """The URL-safe secret (22 characters) that goes with a name, by a key that only the product holds.

    Made, not drawn: a mail, or a form sent twice, can tell the same link again.
    """
    digest = salted_hmac(salt, name, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:_LENGTH]


def secret_hash(secret: str) -> str:
    """What the database holds instead of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def readable_code(length: int, chance: random.Random = SYSTEM_CHANCE) -> str:
    """`length` characters that can be read aloud without a mistake, e.g. "7K3M9Q"."""
    return "".join(chance.choices(READABLE, k=length))
