"""The audit trail: append, verify, and the head that a monthly report prints."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection, transaction

from gup.partners.audit_models import AuditEntry
from gup.partners.models import User

GENESIS = "0" * 64
# Any constant: it names the one lock under which lines are appended on PostgreSQL.
_CHAIN_LOCK = 72_130_219


def note(*, actor: str, action: str, subject: str, at: datetime, address: str = "") -> AuditEntry:
    """Append one line to the chain, in the caller's transaction when there is one."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
        entry = AuditEntry(
            at=at.replace(microsecond=0), actor=actor, action=action, subject=subject, address=address, previous=head()
        )
        entry.digest = _digest(entry)
        entry.save(force_insert=True)
    return entry


def note_confidential_read(user: User, ref: str, *, at: datetime, address: str) -> AuditEntry:
    """Every reading of a confidential incident is logged: who, when, from where."""
    return note(actor=user.email, action="lecture confidentielle", subject=ref, at=at, address=address)


def note_confidential_reads(user: User, refs: Iterable[str], *, at: datetime, address: str) -> None:
    """The same of several, read at once in a list that leaves the product."""
    with transaction.atomic():
        for ref in refs:
            note_confidential_read(user, ref, at=at, address=address)


def head(at: datetime | None = None) -> str:
    """The digest of the last line (before the instant `at`, if given): printed elsewhere, it proves those before it."""
    entries = AuditEntry.objects.all() if at is None else AuditEntry.objects.filter(at__lt=at)
    return entries.order_by("-id").values_list("digest", flat=True).first() or GENESIS


def broken_links() -> list[str]:
    """One French line for each entry whose digest or predecessor does not match; empty when the chain is whole."""
    lines, previous = [], GENESIS
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.previous != previous or entry.digest != _digest(entry):
            lines.append(f"Ligne {entry.pk} du {entry.at:%d/%m/%Y %H:%M} : la chaîne est rompue.")
        previous = entry.digest
    return lines


def _digest(entry: AuditEntry) -> str:
    fields = [
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.address,
        entry.previous,
    ]
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
