"""Who performs a verb: a person with an account, somebody behind a secret link, or the product itself."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from gup.partners.models import User


@dataclass(frozen=True, slots=True)
class PublicReporter:
    """Whoever holds the secret follow-up link of one incident (its primary key)."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class Machine:
    """The product acting by itself (a pause that ends, a closing without answer), by name."""

    name: str


Actor = User | AnonymousUser | PublicReporter | Machine
