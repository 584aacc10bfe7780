"""Who may write down what was done: the party that promised it, and the DSU."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gup.conventions.models import Commitment
from gup.partners.enums import Role
from gup.partners.models import Membership, Organisation, User
from gup.partners.scope import BAILLEUR_ROLES, DSU_ROLES, memberships_of, residence_ids
from gup.places.models import Residence

# Staff of whoever promised. Associations see what was done at their residences; the committee reads reports.
PARTY_ROLES = BAILLEUR_ROLES | {Role.SERVICE}
RECORDING_ROLES = PARTY_ROLES | DSU_ROLES


def speaks_for(by: User, commitment: Commitment, residence: Residence | None) -> Organisation | None:
    """The organisation for which a person may record this promise there; None for a stranger to it."""
    for membership in memberships_of(by):
        if _may(membership, commitment, residence):
            return membership.organisation
    return None


def commitments_to_record(by: User, kind: str, day: date) -> QuerySet[Commitment]:
    """The promises of a kind, in force on a local day, that a person may record something of."""
    memberships = memberships_of(by)
    found = Commitment.objects.filter(
        Q(version__in_force_until__isnull=True) | Q(version__in_force_until__gt=day),
        kind=kind,
        version__in_force_from__lte=day,
        version__activated_at__isnull=False,
    )
    if not any(each.role in DSU_ROLES for each in memberships):
        own = [each.organisation_id for each in memberships if each.role in PARTY_ROLES]
        found = found.filter(responsible__in=own)
    return found.select_related("version__convention", "responsible").order_by("version__convention__name", "id")


def correctable(by: User, records: Iterable[Any]) -> set[int]:
    """The keys of those records, read with their commitment, that a person may correct or withdraw (no query)."""
    return {
        record.pk
        for record in records
        if not record.is_withdrawal
        and getattr(record, "correction", None) is None
        and speaks_for(by, record.commitment, getattr(record, "residence", None)) is not None
    }


def _may(membership: Membership, commitment: Commitment, residence: Residence | None) -> bool:
    if membership.role in DSU_ROLES:
        return True
    if membership.role not in PARTY_ROLES or membership.organisation_id != commitment.responsible_id:
        return False
    patch = residence_ids(membership) if membership.role == Role.AGENT else []
    return not patch or residence is None or residence.pk in patch
