"""The secret link of whoever reported: made from the reference by a key that only the product holds.

The database keeps its hash alone.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from gup.places.tokens import made_secret, secret_hash

if TYPE_CHECKING:
    from gup.incidents.models import Incident

_SALT = "gup.incidents.follow_up"


def secret_of(ref: str) -> str:
    """The secret of an incident's follow-up link: 22 URL-safe characters."""
    return made_secret(_SALT, ref)


def follow_up_link(incident: "Incident") -> str | None:
    """The whole address of the link; None for an incident whose link was made with a former key."""
    secret = secret_of(incident.ref)
    if incident.follow_up_hash != secret_hash(secret):
        return None
    return f"{settings.GUP_BASE_URL}{reverse('follow-up', kwargs={'secret': secret})}"
