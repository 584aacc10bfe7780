"""Residences and their spots, written by the DSU's administration: from a page, or from a file."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from gup.partners.audit import note
from gup.partners.enums import OrganisationKind
from gup.partners.models import Management, Organisation, User
from gup.partners.teams import administers_everybody
from gup.places.enums import SpotKind
from gup.places.models import Quartier, Residence, Spot


def require_place_author(by: User) -> None:
    if not administers_everybody(by):
        raise PermissionDenied("Les résidences sont tenues par l'administration du DSU.")


def save_residence(
    slug: str,
    *,
    name: str,
    quartier: Quartier,
    dwellings: int | None,
    bailleur: Organisation | None,
    by: User,
    at: datetime,
) -> Residence:
    """Create the residence of this code, or change it; another bailleur manages it from the local day of `at`.

    Raises PermissionDenied, or ValidationError that names the field at fault; nothing is written then.
    """
    require_place_author(by)
    if bailleur is not None and bailleur.kind != OrganisationKind.BAILLEUR:
        raise ValidationError({"bailleur": f"« {bailleur} » n'est pas un bailleur."})
    residence = Residence.objects.filter(slug=slug).first() or Residence(slug=slug)
    is_new = residence.pk is None
    residence.name, residence.quartier, residence.dwellings = name.strip(), quartier, dwellings
    residence.full_clean()
    with transaction.atomic():
        residence.save()
        changed = _hand_over(residence, bailleur, at)
        action = "résidence créée" if is_new else "résidence modifiée"
        told = f"{residence} · {bailleur}" if changed and bailleur else str(residence)
        note(actor=by.email, action=action, subject=told[:200], at=at)
    return residence


def save_spot(
    residence: Residence, spot: Spot | None, *, name: str, kind: SpotKind, parent: Spot | None, by: User, at: datetime
) -> Spot:
    """Create a spot of the residence, or change one. Raises PermissionDenied, ValidationError."""
    require_place_author(by)
    is_new = spot is None
    spot = spot or Spot(residence=residence)
    if parent is not None and (parent.residence_id != residence.pk or _is_within(parent, spot)):
        raise ValidationError({"parent": "Un lieu est dans un autre lieu de la même résidence, pas dans lui-même."})
    spot.name, spot.kind, spot.parent = name.strip(), kind, parent
    spot.full_clean()
    with transaction.atomic():
        spot.save()
        action = "lieu créé" if is_new else "lieu modifié"
        note(actor=by.email, action=action, subject=f"{residence} · {spot}"[:200], at=at)
    return spot


def bailleur_of(residence: Residence) -> Organisation | None:
    """Who manages it now."""
    current = residence.managements.select_related("bailleur").filter(until=None).first()
    return current.bailleur if current else None


def _hand_over(residence: Residence, bailleur: Organisation | None, at: datetime) -> bool:
    today = timezone.localdate(at)
    current = residence.managements.filter(until=None).first()
    if bailleur is None or (current is not None and current.bailleur_id == bailleur.pk):
        return False
    if current is not None:
        if current.since >= today:
            raise ValidationError({"bailleur": "Le bailleur de cette résidence vient de changer : attendez demain."})
        current.until = today
        current.save(update_fields=["until"])
    Management.objects.create(residence=residence, bailleur=bailleur, since=today)
    return True


def _is_within(place: Spot | None, spot: Spot) -> bool:
    while place is not None and spot.pk is not None:
        if place.pk == spot.pk:
            return True
        place = place.parent
    return False
