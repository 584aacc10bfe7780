"""Writing down what was done. Everything is checked here, whichever door it comes by; a refusal writes nothing.

`at` is the instant (UTC) at which it is recorded; when it took place is told beside it. Each verb raises InvalidInput
with the field at fault, NotAllowed for somebody who may not record this, WrongTransition for a record that was already
corrected.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.incidents.words import clean_text
from gup.inspections.codes import spot_of_code
from gup.inspections.enums import Proof
from gup.inspections.evidence import Evidence, examine, store
from gup.inspections.models import Milestone, Passage, Record, Walk
from gup.inspections.perimeter import refuse_elsewhere, refuse_out_of_force
from gup.inspections.rights import speaks_for
from gup.partners.models import Organisation, User
from gup.places.models import QrCode, Residence, Spot
from gup.service_levels.scores import Scale, ScoreError

# A phone's clock may run a little ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=5)
PASSAGE_BACKDATING = timedelta(days=7)
# A walk is written up, and a signature comes back by post.
OTHER_BACKDATING_DAYS = 31
SAME_SCAN = timedelta(minutes=1)
MAX_NOTE, MAX_REASON, MAX_NAME, MAX_PARTICIPANTS = 1000, 300, 160, 300

AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True, slots=True)
class Correction:
    """Which record the new one replaces, and why."""

    of: Record
    reason: str


def record_passage(
    commitment: Commitment,
    residence: Residence,
    *,
    by: User,
    at: datetime,
    passed_at: datetime | None = None,
    proof: str = "",
    code: str = "",
    spot: Spot | None = None,
    data: bytes = b"",
    note: str = "",
    correction: Correction | None = None,
) -> tuple[Passage, bool]:
    """A passage, and whether it is new: the same code, or file, sent twice within a minute is one passage.

    `code` is what was scanned or typed, for the proof "qr"; `data` the photo or the signed sheet for the others.
    """
    at = at.replace(microsecond=0)
    organisation = _expect(commitment, CommitmentKind.RECURRENCE, by, residence)
    passed_at = _instant(passed_at, at)
    refuse_elsewhere(commitment, residence, commitment.version.convention.local_day(passed_at))
    if spot is not None and spot.residence_id != residence.pk:
        raise InvalidInput("Ce lieu n'est pas dans la résidence.", field="spot")
    if proof not in ("", *Proof.values):
        raise InvalidInput("Nature de preuve inconnue.", field="proof")
    qr_code, evidence = _scanned(code, proof, residence, spot), _proof_file(proof, data)
    if correction is None and (twin := _twin(commitment, residence, passed_at, qr_code, evidence)):
        return twin, False
    passage = Passage(
        commitment=commitment,
        residence=residence,
        spot=qr_code.spot if qr_code else spot,
        at=passed_at,
        proof=proof,
        qr_code=qr_code,
        scanned_minute=passed_at.replace(second=0) if qr_code else None,
    )
    try:
        return _write(passage, by, organisation, at, note, evidence, correction), True
    except WrongTransition:
        # A phone that insists: its first demand was faster.
        faster = _twin(commitment, residence, passed_at, qr_code, evidence)
        if faster is None or correction is not None:
            raise
        return faster, False


def record_walk(
    commitment: Commitment,
    residence: Residence,
    *,
    by: User,
    at: datetime,
    walked_on: date,
    score: str,
    walker: str,
    participants: str = "",
    data: bytes = b"",
    note: str = "",
    correction: Correction | None = None,
) -> Walk:
    """A walk of a residence, with its score on the commitment's own scale."""
    at = at.replace(microsecond=0)
    organisation = _expect(commitment, CommitmentKind.QUALITY_LEVEL, by, residence)
    _refuse_day(walked_on, commitment, at, field="walked_on")
    refuse_elsewhere(commitment, residence, walked_on)
    try:
        written = Scale.read(commitment.scale).write(score)
    except ScoreError as refusal:
        raise InvalidInput(str(refusal), field="score") from refusal
    walker = clean_text(walker, field="walker", limit=MAX_NAME)
    if not walker:
        raise InvalidInput("Dites qui a mené la visite.", field="walker")
    walk = Walk(
        commitment=commitment,
        residence=residence,
        walked_on=walked_on,
        grid=commitment.grid,
        scale=commitment.scale,
        score=written,
        walker=walker,
        participants=clean_text(participants, field="participants", limit=MAX_PARTICIPANTS),
    )
    return _write(walk, by, organisation, at, note, examine(data) if data else None, correction)


def record_milestone(
    commitment: Commitment,
    *,
    by: User,
    at: datetime,
    done_on: date,
    data: bytes = b"",
    note: str = "",
    correction: Correction | None = None,
) -> Milestone:
    """An action that was done, shown by a file or by words; one that was withdrawn may be recorded again."""
    at = at.replace(microsecond=0)
    organisation = _expect(commitment, CommitmentKind.ACTION_MILESTONE, by, None)
    _refuse_day(done_on, commitment, at, field="done_on")
    refuse_out_of_force(commitment, done_on)
    if not data and not clean_text(note, field="note", limit=MAX_NOTE):
        raise InvalidInput(
            "Montrez que l'action est faite : joignez un fichier, ou écrivez ce qui le dit.", field="note"
        )
    if correction is None and (last := commitment.milestones.filter(correction__isnull=True).first()):
        if not last.is_withdrawal:
            raise WrongTransition("Cette action est déjà enregistrée comme faite : corrigez cet enregistrement.")
        correction = Correction(last, "Enregistrée de nouveau.")
    milestone = Milestone(commitment=commitment, done_on=done_on)
    return _write(milestone, by, organisation, at, note, examine(data) if data else None, correction)


def withdraw(record: AnyRecord, *, by: User, at: datetime, reason: str) -> AnyRecord:
    """Take a record back without putting another in its place: it had not taken place, or not there."""
    organisation = speaks_for(by, record.commitment, getattr(record, "residence", None))  # type: ignore[attr-defined]
    if organisation is None:
        raise NotAllowed("Vous ne pouvez pas retirer cet enregistrement.")
    kept = ("commitment", "residence", "spot", "at", "walked_on", "done_on", "grid", "scale", "score", "walker")
    told: dict[str, Any] = {name: getattr(record, name) for name in kept if hasattr(record, name)}
    empty = type(record)(**told, is_withdrawal=True)
    return _write(empty, by, organisation, at.replace(microsecond=0), "", None, Correction(record, reason))


def _expect(commitment: Commitment, kind: CommitmentKind, by: User, residence: Residence | None) -> Organisation:
    """The organisation the person speaks for, once the promise is known to be of the kind that is recorded."""
    if commitment.kind != kind:
        raise InvalidInput(f"Cet engagement n'est pas de nature « {kind.label} ».", field="commitment")
    organisation = speaks_for(by, commitment, residence)
    if organisation is None:
        raise NotAllowed("Seuls l'organisation qui a pris cet engagement et le DSU peuvent l'enregistrer.")
    return organisation


def _instant(passed_at: datetime | None, at: datetime) -> datetime:
    if passed_at is None:
        return at
    passed_at = passed_at.replace(microsecond=0)
    if passed_at > at + CLOCK_TOLERANCE:
        raise InvalidInput("Ce passage est dans le futur.", field="passed_at")
    if passed_at < at - PASSAGE_BACKDATING:
        raise InvalidInput(f"Ce passage date de plus de {PASSAGE_BACKDATING.days} jours.", field="passed_at")
    return min(passed_at, at)


def _refuse_day(day: date, commitment: Commitment, at: datetime, *, field: str) -> None:
    """A local day neither to come nor too long ago."""
    today = commitment.version.convention.local_day(at)
    if day > today:
        raise InvalidInput("Cette date est dans le futur.", field=field)
    if day < today - timedelta(days=OTHER_BACKDATING_DAYS):
        raise InvalidInput(f"Cette date remonte à plus de {OTHER_BACKDATING_DAYS} jours.", field=field)


def _scanned(code: str, proof: str, residence: Residence, spot: Spot | None) -> QrCode | None:
    if proof != Proof.QR:
        if code:
            raise InvalidInput("Un code est donné sans que la preuve soit le QR code.", field="code")
        return None
    return spot_of_code(code, residence, spot)


def _twin(
    commitment: Commitment, residence: Residence, passed_at: datetime, code: QrCode | None, evidence: Evidence | None
) -> Passage | None:
    """The passage that this one repeats, if any: the same scan, or the same file, within a minute."""
    near = commitment.passages.filter(
        residence=residence, corrects__isnull=True, at__gt=passed_at - SAME_SCAN, at__lt=passed_at + SAME_SCAN
    )
    if code is not None:
        return near.filter(spot=code.spot_id, proof=Proof.QR).order_by("id").first()
    if evidence is not None:
        return near.filter(evidence_sha256=evidence.sha256).order_by("id").first()
    return None


def _proof_file(proof: str, data: bytes) -> Evidence | None:
    if proof in (Proof.PHOTO, Proof.SHEET) and not data:
        missing = "la photo" if proof == Proof.PHOTO else "la feuille signée"
        raise InvalidInput(f"Joignez {missing}.", field="evidence")
    return examine(data, photo_only=proof == Proof.PHOTO) if data else None


def _write(
    record: AnyRecord,
    by: User,
    organisation: Organisation,
    at: datetime,
    note: str,
    evidence: Evidence | None,
    correction: Correction | None,
) -> AnyRecord:
    """One row, its file and what it corrects; or neither row nor file."""
    record.uuid = uuid.uuid4()
    record.recorded_by, record.organisation, record.recorded_at = by, organisation, at
    record.note = clean_text(note, field="note", limit=MAX_NOTE)
    if correction is not None:
        _correct(record, correction, at)
    if evidence is not None:
        record.evidence_type, record.evidence_sha256 = evidence.type, evidence.sha256
        record.evidence = store(evidence, record.uuid)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as clash:
        if record.evidence:
            default_storage.delete(record.evidence)
        raise WrongTransition("Quelqu'un vient d'enregistrer ou de corriger la même chose : relisez-la.") from clash
    return record


def _correct(record: Record, correction: Correction, at: datetime) -> None:
    former = correction.of
    if type(former) is not type(record):
        raise InvalidInput("Un enregistrement en corrige un autre de même nature.", field="corrects")
    if former.commitment_id != record.commitment_id:  # type: ignore[attr-defined]
        raise InvalidInput("Une correction porte sur le même engagement.", field="corrects")
    if type(former).objects.filter(corrects=former.pk).exists():  # type: ignore[attr-defined]
        raise WrongTransition("Cet enregistrement a déjà été corrigé : corrigez le plus récent.")
    record.reason = clean_text(correction.reason, field="reason", limit=MAX_REASON)
    if not record.reason:
        raise InvalidInput("Dites pourquoi l'enregistrement précédent était faux.", field="reason")
    record.corrects = former  # type: ignore[attr-defined]
