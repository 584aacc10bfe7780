"""The secret link of whoever reported: made from the reference by a key that only the product holds.

The database keeps its hash alone. Made, not drawn: a mail, or a form sent twice, can tell the same link again.
"""

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from gup.incidents.models import Incident

_SALT = "gup.incidents.follow_up"
# 132 bits, as of every public link.
_LENGTH = 22


def secret_of(ref: str) -> str:
    """The secret of an incident's follow-up link: 22 URL-safe characters."""
    digest = salted_hmac(_SALT, ref, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:_LENGTH]


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def follow_up_link(incident: "Incident") -> str | None:
    """The whole address of the link; None for an incident whose link was made with a former key."""
    secret = secret_of(incident.ref)
    if incident.follow_up_hash != secret_hash(secret):
        return None
    return f"{settings.GUP_BASE_URL}{reverse('follow-up', kwargs={'secret': secret})}"
