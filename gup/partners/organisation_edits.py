"""How an organisation is called and reached, changed by the DSU's administration."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from gup.partners.audit import note
from gup.partners.models import Organisation, User
from gup.partners.teams import administers_everybody

_PHONE_SIGNS = frozenset("0123456789 +.-()")


def reach(organisation: Organisation, *, name: str, on_call_phone: str, email: str, by: User, at: datetime) -> None:
    """Raises PermissionDenied, or ValidationError that names the field at fault."""
    if not administers_everybody(by):
        raise PermissionDenied("Les organisations sont tenues par l'administration du DSU.")
    if set(on_call_phone) - _PHONE_SIGNS or 0 < sum(sign.isdigit() for sign in on_call_phone) < 2:
        raise ValidationError({"on_call_phone": "Un numéro s'écrit avec des chiffres, des espaces et « + »."})
    organisation.name, organisation.on_call_phone, organisation.email = name.strip(), on_call_phone.strip(), email
    organisation.full_clean()
    with transaction.atomic():
        organisation.save(update_fields=["name", "on_call_phone", "email"])
        note(actor=by.email, action="organisation", subject=organisation.name, at=at)
