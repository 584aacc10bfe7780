"""Where and when a promise can be kept: what is recorded elsewhere would count for nothing, so it is refused."""

from datetime import date

from gup.conventions.models import Commitment
from gup.incidents.errors import InvalidInput
from gup.partners.models import Management
from gup.places.models import Residence


def refuse_elsewhere(commitment: Commitment, residence: Residence, day: date) -> None:
    """Raises InvalidInput unless the promise is in force on that local day and covers the residence."""
    refuse_out_of_force(commitment, day)
    if commitment.residence_id is not None:
        is_covered = commitment.residence_id == residence.pk
    else:
        is_covered = commitment.version.quartiers.filter(pk=residence.quartier_id).exists()
    if not is_covered or not _is_held(commitment, residence, day):
        raise InvalidInput("Cet engagement ne couvre pas cette résidence.", field="residence")


def refuse_out_of_force(commitment: Commitment, day: date) -> None:
    """Raises InvalidInput unless the promise binds on that local day; a project binds nobody."""
    version = commitment.version
    has_begun = version.activated_at is not None and version.in_force_from <= day
    if not has_begun or (version.in_force_until is not None and version.in_force_until <= day):
        raise InvalidInput("Cet engagement n'est pas en vigueur ce jour-là.", field="commitment")


def _is_held(commitment: Commitment, residence: Residence, day: date) -> bool:
    """The annex binds everywhere; a bailleur's convention, where it manages."""
    convention = commitment.version.convention
    if convention.is_annex:
        return True
    return Management.objects.on(day).filter(residence=residence, bailleur=convention.organisation_id).exists()
