"""The letter of an invitation, owed in the same transaction as the invitation itself."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners.enums import Role
from gup.partners.invitations import make_invitation, renew_invitation
from gup.partners.models import Invitation, Organisation, User
from gup.places.models import Residence


def invite(
    *, email: str, organisation: Organisation, role: Role, residences: Iterable[Residence] = (), by: User, at: datetime
) -> Invitation:
    """Make an invitation and owe its letter. Raises what `make_invitation` raises; nothing is written then."""
    with transaction.atomic():
        invitation, secret = make_invitation(
            email=email, organisation=organisation, role=role, residences=residences, by=by, at=at
        )
        _owe(invitation, secret, by=by, at=at)
    return invitation


def invite_again(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Owe a letter with another link; the former link is dead. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        secret = renew_invitation(invitation, by=by, at=at)
        _owe(invitation, secret, by=by, at=at)


def _owe(invitation: Invitation, secret: str, *, by: User, at: datetime) -> None:
    link = settings.GUP_BASE_URL + reverse("invitation", kwargs={"secret": secret})
    until = timezone.localtime(invitation.expires_at)
    body = (
        f"Bonjour,\n\n{by} vous invite à rejoindre le suivi GUP du Lamentin : "
        f"{invitation.organisation} ({invitation.get_role_display()}).\n\n"
        f"Ouvrez ce lien pour donner votre nom et choisir un mot de passe :\n{link}\n\n"
        f"Il sert une fois, jusqu'au {until:%d/%m/%Y à %H h %M}. Passé ce délai, demandez-en un autre.\n"
        "Si vous n'attendiez pas ce message, ne faites rien : aucun compte n'est créé sans vous."
    )
    # The hash names this very link: an invitation that is sent again owes a second letter.
    key = f"invitation:{invitation.pk}:{invitation.token_hash[:16]}"
    subject = "Votre invitation au suivi GUP"
    notify(key=key, topic=Topic.INVITATION, recipients=[invitation.email], subject=subject, body=body, at=at)
