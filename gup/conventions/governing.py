"""Which commitment governs: the version in force, then the most specific promise, never "first found"."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Category, Commitment, ConventionVersion
from gup.partners.models import Organisation
from gup.places.models import Residence
from gup.service_levels.promises import Level, Promise
from gup.service_levels.stages import Basis, PauseReason, Stage

CLOCKED_KINDS = (CommitmentKind.DELAY, CommitmentKind.INFORMATION)


def versions_binding(party_id: int, residence: Residence) -> Iterable[ConventionVersion]:
    """The activated versions, of any date, that bind a party for a residence; its own convention before the town's
    annex, then by the day each began.
    """
    versions = ConventionVersion.objects.activated().filter(
        commitments__responsible=party_id, quartiers=residence.quartier_id
    )
    return (
        versions.select_related("convention")
        .distinct()
        .order_by("convention__is_annex", "convention_id", "in_force_from")
    )


def version_in_force(party: Organisation, residence: Residence, at: datetime) -> ConventionVersion | None:
    """The version that binds `party` for `residence` at the instant `at` (UTC), or None: "hors convention".

    A bailleur is bound by its own convention; a town service or operator by the town's annex.
    """
    return next((version for version in versions_binding(party.pk, residence) if version.is_in_force(at)), None)


def commitment_for(
    category: Category, residence: Residence, priority: str, at: datetime, *, party: Organisation
) -> dict[Stage, Commitment]:
    """The commitment that governs each stage, for an incident reported at `at` and answered by `party`.

    Residence beats category, category beats family, family beats convention-wide; then a set priority beats any.
    Stages that nothing was promised for are absent.
    """
    version = version_in_force(party, residence, at)
    if version is None:
        return {}
    candidates = Commitment.objects.filter(version=version, responsible=party, kind__in=CLOCKED_KINDS)
    return most_specific(candidates.select_related("calendar"), category, residence.pk, priority)


def most_specific(
    candidates: Iterable[Commitment], category: Category, residence_id: int, priority: str
) -> dict[Stage, Commitment]:
    """Among one version's commitments, the winner of each stage."""
    winners: dict[Stage, tuple[tuple[bool, int, bool], Commitment]] = {}
    for commitment in candidates:
        rank = _specificity(commitment, category, residence_id, priority)
        if rank is None:
            continue
        stage = Stage(commitment.stage)
        if stage not in winners or rank > winners[stage][0]:
            winners[stage] = (rank, commitment)
    return {stage: commitment for stage, (_, commitment) in winners.items()}


def _specificity(
    commitment: Commitment, category: Category, residence_id: int, priority: str
) -> tuple[bool, int, bool] | None:
    """How closely the commitment fits (greater is closer), or None when it does not apply."""
    if commitment.residence_id not in (None, residence_id) or commitment.priority not in ("", priority):
        return None
    if commitment.category_id is None:
        breadth = 0
    elif commitment.category_id == category.pk:
        breadth = 2
    elif commitment.category_id == category.parent_id:
        breadth = 1
    else:
        return None
    return (commitment.residence_id is not None, breadth, bool(commitment.priority))


def party_for(category: Category, residence: Residence, bailleur: Organisation, at: datetime) -> Organisation:
    """Who answers by default: the bailleur where it signed for this category or the nomenclature says so, else the
    party that the nomenclature names.
    """
    if category.default_party is None:
        return bailleur
    version = version_in_force(bailleur, residence, at)
    signed = (
        version is not None
        and version.commitments.filter(
            kind__in=CLOCKED_KINDS, responsible=bailleur, category__in=[category.pk, category.parent_id]
        ).exists()
    )
    return bailleur if signed else category.default_party


def promise_of(commitment: Commitment, levels: Sequence[Level]) -> Promise:
    """The frozen terms of one commitment. Raises ValueError for one that has no calendar or target."""
    if commitment.calendar is None or commitment.target is None:
        raise ValueError(f"L'engagement {commitment.pk} n'a pas de délai mesurable.")
    return Promise(
        key=commitment.pk,
        stage=Stage(commitment.stage),
        basis=Basis(commitment.basis),
        target=commitment.target,
        calendar=commitment.calendar.compiled(),
        pausing=frozenset(PauseReason(reason) for reason in commitment.pausing_reasons),
        party=commitment.responsible_id,
        reopening_window_days=commitment.reopening_window_days,
        levels=tuple(levels),
    )
