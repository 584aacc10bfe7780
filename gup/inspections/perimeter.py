"""Where and when a promise can be kept: what is recorded elsewhere would count for nothing, so it is refused."""

from datetime import date

from django.db.models import QuerySet

from gup.conventions.models import Commitment
from gup.incidents.errors import InvalidInput
from gup.partners.models import Management
from gup.places.models import Residence


def refuse_elsewhere(commitment: Commitment, residence: Residence, day: date) -> None:
    """Raises InvalidInput unless the promise is in force on that local day and covers the residence."""
    refuse_out_of_force(commitment, day)
    if not residences_covered(commitment, day).filter(pk=residence.pk).exists():
        raise InvalidInput("Cet engagement ne couvre pas cette résidence.", field="residence")


def refuse_out_of_force(commitment: Commitment, day: date) -> None:
    """Raises InvalidInput unless the promise binds on that local day; a project binds nobody."""
    version = commitment.version
    has_begun = version.activated_at is not None and version.in_force_from <= day
    if not has_begun or (version.in_force_until is not None and version.in_force_until <= day):
        raise InvalidInput("Cet engagement n'est pas en vigueur ce jour-là.", field="commitment")


def residences_covered(commitment: Commitment, day: date) -> QuerySet[Residence]:
    """Those of the version's quartiers, or the one residence named; the annex binds everywhere there, a bailleur's
    convention where it manages.
    """
    convention = commitment.version.convention
    held = Management.objects.on(day)
    if not convention.is_annex:
        held = held.filter(bailleur=convention.organisation_id)
    if commitment.residence_id is None:
        held = held.filter(residence__quartier__convention_versions=commitment.version_id)
    else:
        held = held.filter(residence=commitment.residence_id)
    return Residence.objects.filter(pk__in=held.values("residence"))
