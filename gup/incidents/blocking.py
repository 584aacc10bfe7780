"""The block list of the public pages: a decision of the DSU's administration, dated, motivated and logged."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from gup.incidents.block_models import Block, BlockKind
from gup.partners.audit import note
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role

# Nobody is silenced for ever: after a year it is decided anew.
LONGEST = timedelta(days=366)
# A network this wide or wider holds a whole operator's customers.
WIDEST = {4: 16, 6: 32}


def block(*, kind: str, value: str, reason: str, until: datetime, by: User, at: datetime) -> Block:
    """Refuse, from `at` to `until` (UTC), what comes from an IP address or network, or leaves an e-mail.

    Raises PermissionDenied, or ValidationError that names the field at fault.
    """
    _require_administrator(by)
    at, until = at.replace(microsecond=0), until.replace(microsecond=0)
    if not at < until <= at + LONGEST:
        raise ValidationError({"until": "Un blocage se termine après aujourd'hui, et dans l'année."})
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : la personne le lira."})
    written = _email(value) if kind == BlockKind.EMAIL else _network(value)
    made = Block(kind=kind, value=written, reason=reason.strip(), made_at=at, made_by=by, until=until)
    made.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            # What has ended by itself no longer stands in the way.
            Block.objects.filter(kind=kind, value=written, lifted_at=None, until__lte=at).update(lifted_at=at)
            made.save(force_insert=True)
            note(actor=by.email, action="blocage", subject=written, at=at)
    except IntegrityError as twice:
        raise ValidationError({"value": "Cette adresse est déjà bloquée : levez d'abord ce blocage."}) from twice
    return made


def lift(made: Block, *, by: User, at: datetime) -> None:
    """Hear them again from `at` (UTC). Raises PermissionDenied, or ValidationError where it was lifted already."""
    _require_administrator(by)
    with transaction.atomic():
        if not Block.objects.filter(pk=made.pk, lifted_at=None).update(lifted_at=at.replace(microsecond=0)):
            raise ValidationError("Ce blocage est déjà levé.")
        note(actor=by.email, action="levée de blocage", subject=made.value, at=at)


def block_of(*, address: str, email: str, at: datetime) -> Block | None:
    """What stands, at `at` (UTC), between a sending and its recording: by its IP address, or the e-mail it leaves."""
    in_force = Block.objects.filter(lifted_at=None, made_at__lte=at, until__gt=at)
    if email and (found := in_force.filter(kind=BlockKind.EMAIL, value=email.strip().lower()).first()):
        return found
    try:
        sender = ip_address(address)
    except ValueError:
        return None
    networks = in_force.filter(kind=BlockKind.NETWORK)
    return next((each for each in networks if sender in ip_network(each.value)), None)


def _require_administrator(by: User) -> None:
    if not has_role(by, [Role.ADMINISTRATOR]):
        raise PermissionDenied("Seule l'administration du DSU bloque une adresse.")


def _email(value: str) -> str:
    try:
        validate_email(value.strip())
    except ValidationError as refusal:
        raise ValidationError({"value": "Cette adresse e-mail n'est pas valable."}) from refusal
    return value.strip().lower()


def _network(value: str) -> str:
    try:
        network = ip_network(value.strip(), strict=False)
    except ValueError as refusal:
        raise ValidationError({"value": "Écrivez une adresse IP, ou un réseau comme 192.0.2.0/24."}) from refusal
    if network.prefixlen < WIDEST[network.version]:
        raise ValidationError({"value": "Ce réseau est trop large : il toucherait tout un quartier."})
    return str(network)
