"""For each constraint of the database, a row that it refuses: right in everything but one thing."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models

from api.models import IdempotentRequest
from gup.conventions.enums import CommitmentKind
from gup.conventions.models import (
    CalendarException,
    CalendarRevision,
    ConventionVersion,
    CycloneAlert,
    Recalculation,
)
from gup.escalations.models import Escalation
from gup.incidents.models import (
    Batch,
    Block,
    Clock,
    Incident,
    IncidentEvent,
    Pause,
    Photo,
    Redaction,
    SavedView,
    Supporter,
    WorkOrder,
)
from gup.inspections.models import Milestone, Passage, Walk
from gup.notifications.models import LetterHours, OutboxMessage, Preference
from gup.partners.models import Device, EnrolmentCode, Invitation, Management, Mandate, Membership, User
from gup.places.models import QrCode, Spot
from gup.reports.models import Bilan, CommitteeSession, ConventionExport, Decision, Report, SealedVerdict
from tests.factories import (
    CalendarFactory,
    CategoryFactory,
    CommitmentFactory,
    EscalationStepFactory,
    IncidentFactory,
    ManagementFactory,
    MembershipFactory,
    OrganisationFactory,
    ResidenceFactory,
    SpotFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

NOON = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Row = Callable[[], models.Model]


def _again(row: models.Model, **changes: Any) -> models.Model:
    """A second row like the first, but for what changes."""
    own = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key}
    second = type(row)(**own)
    for name, value in changes.items():
        setattr(second, name, value)
    return second


def _commitment(**fields: Any) -> models.Model:
    """A promise like another one's, of another kind or incomplete; in a version of its own, so that it is no twin."""
    return _again(CommitmentFactory(), version=VersionFactory(), **fields)


def _of_kind(kind: CommitmentKind, **fields: Any) -> models.Model:
    return _commitment(kind=kind, stage="", basis="", target=None, calendar=None, **fields)


def _step(**fields: Any) -> models.Model:
    return _again(EscalationStepFactory(level=1, share_percent=75), **{"level": 2, **fields})


def _incident(**fields: Any) -> models.Model:
    return _again(IncidentFactory(at=NOON), ref="GUP-2026-ESSAI1", follow_up_hash="0" * 64, **fields)


def _its_own_duplicate() -> models.Model:
    incident = Incident(pk=12_345, **_values(IncidentFactory(at=NOON)))
    incident.ref, incident.follow_up_hash, incident.status = "GUP-2026-ESSAI1", "0" * 64, "merged"
    incident.merged_into_id = 12_345
    return incident


def _values(row: models.Model) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key}


def _clock(**fields: Any) -> models.Model:
    residence = ResidenceFactory()
    signed_convention(residence.managements.get().bailleur, [residence.quartier])
    clock = IncidentFactory(residence=residence, at=NOON).clocks.get(stage="resolve")
    return _again(clock, **{"cycle": 2, **fields}) if fields else _again(clock)


def _event(**fields: Any) -> models.Model:
    event = IncidentEvent.objects.filter(incident=IncidentFactory(at=NOON)).first()
    assert event is not None
    return _again(event, **fields)


def _pause(**fields: Any) -> Pause:
    given = {"reason": "parts", "started_at": NOON, "review_at": NOON + 24 * HOUR, **fields}
    return Pause(incident=IncidentFactory(at=NOON), **given)


def _photo(**fields: Any) -> Photo:
    return Photo(incident=IncidentFactory(at=NOON), kind="before", sha256="0" * 64, added_at=NOON, **fields)


def _redaction(**fields: Any) -> Redaction:
    given = {"boxes": [], "former_display": "a", "former_thumbnail": "b", "at": NOON, **fields}
    photo = _photo()
    photo.save()
    return Redaction(photo=photo, by=UserFactory(), **given)


def _order(**fields: Any) -> WorkOrder:
    given = {"company": "E", "request": "r", "given_at": NOON, "expires_at": NOON + HOUR, **fields}
    incident = IncidentFactory(at=NOON)
    return WorkOrder(incident=incident, organisation=incident.bailleur, given_by=UserFactory(), **given)


def _supporter(**fields: Any) -> Supporter:
    return Supporter(incident=IncidentFactory(at=NOON), at=NOON, **fields)


def _block(**fields: Any) -> Block:
    given = {"kind": "email", "value": "a@essai.example", "reason": "r", "until": NOON + HOUR, **fields}
    return Block(made_at=NOON, made_by=UserFactory(), **given)


def _view(**fields: Any) -> SavedView:
    return SavedView(user=UserFactory(), **{"name": "Retards", **fields})


def _batch(**fields: Any) -> Batch:
    return Batch(user=UserFactory(), asked_at=NOON, **{"verb": "acknowledge", "count": 1, **fields})


def _alert(**fields: Any) -> CycloneAlert:
    given = {"reason": "Ouragan", "started_at": NOON, "declared_at": NOON, "declared_by": UserFactory(), **fields}
    return CycloneAlert(**given)


def _report(**fields: Any) -> Report:
    whole = {"pdf": "a.pdf", "csv": "a.csv", "figures_sha256": "0" * 64, "built_at": NOON, "published_at": NOON}
    return Report(**{"month": date(2026, 9, 1), "requested_at": NOON, "status": "published", **whole, **fields})


def _record(model: type[models.Model], **fields: Any) -> models.Model:
    """A passage, a walk or an action done."""
    own: Mapping[type[models.Model], dict[str, Any]] = {
        Passage: {"at": NOON},
        Walk: {"walked_on": date(2026, 9, 1), "grid": "g", "scale": "A-E", "score": "A", "walker": "w"},
        Milestone: {"done_on": date(2026, 9, 1), "note": "n"},
    }
    commitment = fields.pop("commitment", None) or CommitmentFactory()
    place = {} if model is Milestone else {"residence": fields.pop("residence", None) or ResidenceFactory()}
    common = {"recorded_at": NOON, "recorded_by": UserFactory(), "organisation": OrganisationFactory()}
    return model(**{"commitment": commitment, **place, **common, **own[model], **fields})


def _stored(row: models.Model) -> models.Model:
    row.save(force_insert=True)
    return row


def _same_scan() -> models.Model:
    spot = SpotFactory()
    code = QrCode.objects.create(residence=spot.residence, spot=spot)
    scan = {"proof": "qr", "spot": spot, "qr_code": code, "scanned_minute": NOON, "residence": spot.residence}
    return _again(_stored(_record(Passage, **scan)), uuid=uuid.uuid4())


def _bilan(**given: Any) -> models.Model:
    return Bilan(**{"kind": "annual", "year": 2026, "requested_at": NOON} | given)


def _session(**given: Any) -> models.Model:
    return CommitteeSession(**{"committee": "technical", "held_at": NOON} | given)


def _decision(**given: Any) -> models.Model:
    fields = {"session": _stored(_session()), "owner": OrganisationFactory(), "text": "Essai"}
    return Decision(**fields | given)


def _export(**given: Any) -> models.Model:
    return ConventionExport(convention=VersionFactory().convention, requested_at=NOON, **given)


def _sealed_twice() -> models.Model:
    report, clock = _stored(_report()), _stored(_clock(cycle=3))
    return _again(_stored(SealedVerdict(report_id=report.pk, clock_id=clock.pk, was_held=True, decided_at=NOON)))


def _escalation(level: int) -> models.Model:
    clock = _stored(_clock(cycle=3))
    assert isinstance(clock, Clock)
    given = {"clock": clock, "incident": clock.incident, "audience": "dsu", "reached_at": NOON, "fired_at": NOON}
    return Escalation(level=level, **given)


def _two_causes() -> models.Model:
    return Recalculation(version=VersionFactory(), calendar=CalendarFactory(), asked_at=NOON, not_before=NOON)


def _code(spot: Spot | None) -> QrCode:
    place = spot.residence if spot else ResidenceFactory()
    code = QrCode.objects.create(residence=place, spot=spot)
    return QrCode(residence=code.residence, spot=spot)


def _device(**fields: Any) -> models.Model:
    return Device(user=UserFactory(), token_hash="0" * 64, enrolled_at=NOON, last_seen_at=NOON, **fields)


def _invitation(**fields: Any) -> models.Model:
    given = {"email": "a@essai.example", "role": "agent", "token_hash": "0" * 64, "expires_at": NOON + HOUR, **fields}
    return Invitation(organisation=OrganisationFactory(), made_at=NOON, made_by=UserFactory(), **given)


def _mandate(**fields: Any) -> models.Model:
    association = OrganisationFactory(association=True)
    return Mandate(association=association, residence=ResidenceFactory(), since=date(2020, 1, 1), **fields)


IMPOSSIBLE: dict[str, Row] = {
    # places
    "residence_has_dwellings_or_unknown": lambda: _again(ResidenceFactory(), slug="autre", dwellings=0),
    "residence_is_in_martinique": lambda: _again(ResidenceFactory(), slug="autre", latitude="48.85", longitude="2.35"),
    "spot_name_unique_in_residence": lambda: _again(SpotFactory()),
    "spot_kind_known": lambda: _again(SpotFactory(), name="autre", kind="inconnu"),
    "one_live_code_per_spot": lambda: _code(SpotFactory()),
    "one_live_code_per_residence": lambda: _code(None),
    # partners
    "organisation_kind_known": lambda: _again(OrganisationFactory(), slug="autre", kind="inconnu"),
    "user_email_unique_whatever_case": lambda: User(email=UserFactory().email.upper()),
    "membership_once": lambda: _again(MembershipFactory()),
    "membership_role_known": lambda: Membership(user=UserFactory(), organisation=OrganisationFactory(), role="x"),
    "one_current_bailleur_per_residence": lambda: _again(ManagementFactory(), since=date(2020, 1, 1)),
    "management_starts_once": lambda: _again(ManagementFactory(until=date(2020, 1, 1))),
    "management_ends_after_it_begins": lambda: Management(
        residence=ResidenceFactory(bailleur=None),
        bailleur=OrganisationFactory(),
        since=date(2020, 1, 1),
        until=date(2020, 1, 1),
    ),
    "one_open_invitation_per_address": lambda: _again(
        _stored(_invitation()), email="A@essai.example", token_hash="1" * 64
    ),
    "invitation_expires_later": lambda: _invitation(expires_at=NOON),
    "invitation_ends_once": lambda: _invitation(accepted_at=NOON, withdrawn_at=NOON),
    "invitation_role_known": lambda: _invitation(role="x"),
    "one_open_mandate_per_residence": lambda: _again(_stored(_mandate()), since=date(2021, 1, 1)),
    "mandate_starts_once": lambda: _again(_stored(_mandate(until=date(2021, 1, 1)))),
    "mandate_ends_after_it_begins": lambda: _mandate(until=date(2020, 1, 1)),
    "enrolment_code_expires_later": lambda: EnrolmentCode(
        user=UserFactory(), code_hash="0" * 64, made_at=NOON, expires_at=NOON
    ),
    "device_has_a_name": lambda: _device(name=""),
    "device_revoked_after_enrolled": lambda: _device(name="Téléphone", revoked_at=NOON - HOUR),
    # notifications
    "outbox_waits_or_is_sent": lambda: OutboxMessage(
        key="k", topic="report", address="a@essai.example", created_at=NOON, sent_at=NOON, next_attempt_at=NOON
    ),
    "outbox_given_up_waits_no_more": lambda: OutboxMessage(
        key="k", topic="report", address="a@essai.example", created_at=NOON, given_up_at=NOON, next_attempt_at=NOON
    ),
    "letter_hours_are_hours": lambda: LetterHours(user=UserFactory(), digest_hour=24),
    "quiet_hours_begin_and_end": lambda: LetterHours(user=UserFactory(), quiet_from=20),
    "preference_once_per_topic": lambda: _again(_stored(Preference(user=UserFactory(), topic="report"))),
    # conventions
    "one_open_alert_per_perimeter": lambda: _again(_stored(_alert())),
    "alert_ends_after_it_begins": lambda: _alert(ended_at=NOON, end_declared_at=NOON, end_declared_by=UserFactory()),
    "alert_end_is_whole": lambda: _alert(ended_at=NOON + HOUR),
    "alert_has_a_reason": lambda: _alert(reason=""),
    "calendar_revision_from_one": lambda: _again(CalendarFactory(), slug="autre", stamp=uuid.uuid4(), revision=0),
    "one_exception_per_day": lambda: _again(
        _stored(CalendarException(calendar=CalendarFactory(), day=date(2026, 5, 22), label="Abolition"))
    ),
    "calendar_revision_once": lambda: _again(
        _stored(CalendarRevision(calendar=CalendarFactory(), number=1, weekly={}, until=NOON, edited_by=UserFactory()))
    ),
    "category_priority_known": lambda: _again(CategoryFactory(), slug="autre", priority="inconnue"),
    "category_visibility_known": lambda: _again(CategoryFactory(), slug="autre", visibility="inconnue"),
    "convention_version_number_once": lambda: _again(VersionFactory(project=True)),
    "convention_version_ends_after_it_begins": lambda: ConventionVersion(
        convention=VersionFactory().convention,
        number=1,
        in_force_from=date(2027, 1, 1),
        in_force_until=date(2027, 1, 1),
    ),
    "commitment_most_specific_is_unique": lambda: _again(CommitmentFactory()),
    "commitment_delay_is_complete": lambda: _commitment(target=None),
    "commitment_recurrence_is_complete": lambda: _of_kind(CommitmentKind.RECURRENCE, period="week"),
    "commitment_availability_is_complete": lambda: _of_kind(CommitmentKind.AVAILABILITY, equipment="Ascenseurs"),
    "commitment_quality_is_complete": lambda: _of_kind(CommitmentKind.QUALITY_LEVEL, grid="g", scale="A-E"),
    "commitment_milestone_is_dated": lambda: _of_kind(CommitmentKind.ACTION_MILESTONE),
    "commitment_kind_known": lambda: _commitment(kind="inconnue"),
    "commitment_threshold_is_a_percentage": lambda: _commitment(threshold_percent=101),
    "escalation_level_once": lambda: _step(level=1),
    "escalation_share_or_offset": lambda: _step(share_percent=None),
    "escalation_level_from_one": lambda: _step(level=0),
    "escalation_audience_known": lambda: _step(audience=""),
    "recalculation_has_one_cause": _two_causes,
    # incidents
    "incident_status_known": lambda: _incident(status="inconnu"),
    "incident_priority_known": lambda: _incident(priority="inconnue"),
    "incident_received_after_reported": lambda: _incident(received_at=NOON - HOUR),
    "incident_merged_has_master": lambda: _incident(status="merged"),
    "incident_never_its_own_duplicate": _its_own_duplicate,
    "incident_closed_is_dated": lambda: _incident(status="closed"),
    "event_seq_once": lambda: _event(),
    "event_kind_known": lambda: _event(seq=99, kind="inconnu"),
    "clock_once": lambda: _clock(),
    "clock_sleeps_while_paused": lambda: _clock(remaining_seconds=60),
    "clock_stops_after_it_starts": lambda: _clock(stopped_at=NOON - HOUR),
    "clock_stage_known": lambda: _clock(stage="inconnue"),
    "one_open_pause_per_reason": lambda: _again(_stored(_pause())),
    "pause_ends_after_it_begins": lambda: _pause(ended_at=NOON - HOUR),
    "open_pause_has_a_review": lambda: _pause(review_at=None),
    "photo_once": lambda: _again(_stored(_photo()), uuid=uuid.uuid4()),
    "work_order_expires_after_it_is_given": lambda: _order(expires_at=NOON),
    "work_order_accepted_has_a_day": lambda: _order(accepted_at=NOON),
    "redaction_erases_after_it_hides": lambda: _redaction(erased_at=NOON - HOUR),
    "photo_ready_has_files": lambda: _photo(status="ready"),
    "supporter_once": lambda: _again(_stored(_supporter(user=UserFactory()))),
    "browser_supports_once": lambda: _again(_stored(_supporter(browser_hash="0" * 64))),
    "supporter_is_somebody": lambda: _supporter(),
    "one_block_in_force": lambda: _again(_stored(_block())),
    "block_kind_known": lambda: _block(kind="x"),
    "block_has_a_reason": lambda: _block(reason=""),
    "block_ends_after_it_begins": lambda: _block(until=NOON),
    "saved_view_name_once": lambda: _again(_stored(_view()), name="RETARDS"),
    "saved_view_has_a_name": lambda: _view(name=""),
    "batch_verb_known": lambda: _batch(verb="x"),
    "batch_done_within_count": lambda: _batch(done=2),
    # escalations
    "escalation_once_per_level": lambda: _again(_stored(_escalation(level=1))),
    "escalation_row_level_from_one": lambda: _escalation(level=0),
    # inspections
    "passage_correction_has_a_reason": lambda: _record(Passage, reason="seul"),
    "passage_withdrawal_corrects": lambda: _record(Passage, is_withdrawal=True),
    "passage_file_is_known": lambda: _record(Passage, evidence="a.exe", evidence_type="application/x"),
    "passage_recorded_after_it_took_place": lambda: _record(Passage, recorded_at=NOON - HOUR),
    "passage_proof_is_there": lambda: _record(Passage, proof="photo"),
    "one_scan_a_minute": _same_scan,
    "walk_correction_has_a_reason": lambda: _record(Walk, reason="seul"),
    "walk_withdrawal_corrects": lambda: _record(Walk, is_withdrawal=True),
    "walk_file_is_known": lambda: _record(Walk, evidence="a.pdf"),
    "walk_is_scored": lambda: _record(Walk, score=""),
    "milestone_correction_has_a_reason": lambda: _record(Milestone, reason="seul"),
    "milestone_withdrawal_corrects": lambda: _record(Milestone, is_withdrawal=True),
    "milestone_file_is_known": lambda: _record(Milestone, evidence_type="image/jpeg"),
    "milestone_is_shown": lambda: _record(Milestone, note=""),
    "milestone_done_once": lambda: _again(_stored(_record(Milestone)), uuid=uuid.uuid4()),
    # reports
    "one_report_per_convention_and_month": lambda: _again(_stored(_report())),
    "report_month_is_a_first_day": lambda: _report(month=date(2026, 9, 2)),
    "published_report_is_whole": lambda: _report(pdf=""),
    "report_published_after_built": lambda: _report(built_at=None),
    "verdict_sealed_once_per_report": _sealed_twice,
    "one_bilan_per_convention_and_period": lambda: _again(_stored(_bilan())),
    "bilan_kind_known": lambda: _bilan(kind="x"),
    "published_bilan_is_whole": lambda: _bilan(status="published"),
    "bilan_published_after_built": lambda: _bilan(published_at=NOON),
    "committee_known": lambda: _session(committee="x"),
    "one_sitting_at_a_time": lambda: _again(_stored(_session())),
    "decision_says_something": lambda: _decision(text=""),
    "decision_outcome_known": lambda: _decision(outcome="x", outcome_text="Fait.", settled_on=date(2026, 9, 1)),
    "settled_decision_is_told": lambda: _decision(outcome="done"),
    "one_export_under_way": lambda: _again(_stored(_export())),
    "ready_export_has_its_file": lambda: _export(status="ready", ready_at=NOON, file="x.zip"),
    # api
    "idempotency_key_once": lambda: _again(
        _stored(IdempotentRequest(user=UserFactory(), key="k", body_sha256="0", status=201, answer={}, created_at=NOON))
    ),
}
