"""Mandates given and ended, and what follows from them: the residences that the association's people see."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from gup.partners.audit import note
from gup.partners.enums import OrganisationKind, Role
from gup.partners.mandate_models import Mandate
from gup.partners.models import Membership, Organisation, User
from gup.partners.teams import administers_everybody
from gup.places.models import Residence


def give_mandate(
    association: Organisation, residence: Residence, *, since: date, until: date | None, by: User, at: datetime
) -> Mandate:
    """Mandate an association for a residence on [since, until). Raises PermissionDenied, ValidationError."""
    _require(by)
    if association.kind != OrganisationKind.ASSOCIATION:
        raise ValidationError("Seule une association de locataires reçoit un mandat.")
    made = Mandate(association=association, residence=residence, since=since, until=until)
    if any(_overlap(made, each) for each in association.mandates.filter(residence=residence)):
        raise ValidationError({"since": "L'association a déjà un mandat pour cette résidence à ces dates."})
    made.full_clean()
    with transaction.atomic():
        made.save(force_insert=True)
        apply_mandates(timezone.localdate(at), association)
        note(actor=by.email, action="mandat", subject=_told(made), at=at)
    return made


def end_mandate(mandate: Mandate, *, until: date, by: User, at: datetime) -> None:
    """Let it end on a day, excluded. Raises PermissionDenied, or ValidationError for an impossible day."""
    _require(by)
    mandate.until = until
    others = mandate.association.mandates.filter(residence=mandate.residence).exclude(pk=mandate.pk)
    if any(_overlap(mandate, each) for each in others):
        raise ValidationError("Un autre mandat pour cette résidence court déjà ce jour-là.")
    mandate.full_clean()
    with transaction.atomic():
        mandate.save(update_fields=["until"])
        apply_mandates(timezone.localdate(at), mandate.association)
        note(actor=by.email, action="fin de mandat", subject=_told(mandate), at=at)


def apply_mandates(today: date, association: Organisation | None = None) -> int:
    """Let the people of associations see what they are mandated for today; returns how many of them saw it change.

    Safe to run again and at once with itself: it compares, then sets.
    """
    members = Membership.objects.filter(role=Role.ASSOCIATION).prefetch_related("residences")
    mandates = Mandate.objects.on(today)
    if association is not None:
        members, mandates = members.filter(organisation=association), mandates.filter(association=association)
    mandated: dict[int, set[int]] = {}
    for organisation, residence in mandates.values_list("association", "residence"):
        mandated.setdefault(organisation, set()).add(residence)
    changed = 0
    for membership in members:
        wanted = mandated.get(membership.organisation_id, set())
        if wanted != {residence.pk for residence in membership.residences.all()}:
            membership.residences.set(wanted)
            changed += 1
    return changed


def _overlap(one: Mandate, other: Mandate) -> bool:
    return (other.until is None or one.since < other.until) and (one.until is None or other.since < one.until)


def _told(mandate: Mandate) -> str:
    end = f" au {mandate.until:%d/%m/%Y}" if mandate.until else ""
    return f"{mandate.association} · {mandate.residence} · du {mandate.since:%d/%m/%Y}{end}"[:200]


def _require(by: User) -> None:
    if not administers_everybody(by):
        raise PermissionDenied("Les mandats sont tenus par l'administration du DSU.")
