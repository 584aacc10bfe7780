"""Asking for a convention's archive, building it, forgetting it. The worker builds; a page shows how far it is."""

import hashlib
import secrets
import tempfile
from datetime import datetime, timedelta
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from gup.conventions.models import Convention
from gup.incidents.errors import NotAllowed, WrongTransition
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners.audit import note
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role, is_dsu
from gup.reports.enums import ExportStatus
from gup.reports.export.archive import CHUNK, write_archive
from gup.reports.export.snapshot import one_snapshot
from gup.reports.export.tables import Scope, tables_of
from gup.reports.export_models import ConventionExport

KEPT_FOR = timedelta(days=7)
MAX_ATTEMPTS = 3
# A build that gave no sign for this long was killed with its process.
SILENT = timedelta(minutes=15)
UNDER_WAY = (ExportStatus.REQUESTED, ExportStatus.BUILDING)


def request_export(convention: Convention, *, by: User, at: datetime, with_contacts: bool = False) -> ConventionExport:
    """The archive that is under way for this convention, or a new one. Names and contacts: the administration alone.

    Raises NotAllowed.
    """
    if not is_dsu(by):
        raise NotAllowed("Seul le DSU exporte une convention.")
    if with_contacts and not has_role(by, [Role.ADMINISTRATOR]):
        raise NotAllowed("Seule l'administration demande les noms et les contacts.")
    with transaction.atomic():
        export, is_new = ConventionExport.objects.filter(status__in=UNDER_WAY).get_or_create(
            convention=convention,
            with_contacts=with_contacts,
            defaults={"requested_at": at.replace(microsecond=0), "requested_by": by},
        )
        if is_new:
            action = "export nominatif demandé" if with_contacts else "export demandé"
            note(actor=by.email, action=action, subject=convention.slug, at=at)
    return export


def build_exports(now: datetime) -> int:
    """Build what was asked for, and what a killed process left; returns how many became ready.

    Two workers at once build each once: whoever moves the row first has it.
    """
    ready = 0
    waiting = Q(status=ExportStatus.REQUESTED) | Q(status=ExportStatus.BUILDING, seen_at__lt=now - SILENT)
    for export in ConventionExport.objects.filter(waiting).order_by("id"):
        mine = ConventionExport.objects.filter(waiting, pk=export.pk, attempts=export.attempts)
        if not mine.update(status=ExportStatus.BUILDING, attempts=F("attempts") + 1, seen_at=now, rows_done=0):
            continue
        export.refresh_from_db()
        try:
            _build(export, now)
        except Exception as failure:
            _note_failure(export, failure, now)
        else:
            ready += 1
    return ready


def forget_exports(now: datetime) -> int:
    """Erase the files that were ready a week ago; the row stays, and says so. Returns how many."""
    old = ConventionExport.objects.filter(status=ExportStatus.READY, ready_at__lt=now - KEPT_FOR)
    for export in old:
        default_storage.delete(export.file)
        ConventionExport.objects.filter(pk=export.pk).update(status=ExportStatus.FORGOTTEN, file="")
    return len(old)


def exports_for(user: User) -> "list[ConventionExport]":
    """The archives that a person may download: the DSU, and of those with names the administration alone."""
    if not is_dsu(user):
        return []
    found = ConventionExport.objects.select_related("convention", "requested_by")
    if not has_role(user, [Role.ADMINISTRATOR]):
        found = found.filter(with_contacts=False)
    return list(found[:50])


def note_download(export: ConventionExport, *, by: User, at: datetime, address: str) -> None:
    """Who took an archive away, and from where. Raises WrongTransition when there is none to take."""
    if export.status != ExportStatus.READY:
        raise WrongTransition("Cet export n'est pas prêt, ou il a été effacé.")
    note(actor=by.email, action="export téléchargé", subject=f"{export.convention.slug} {export.sha256[:16]}", at=at,
         address=address)  # fmt: skip


def _build(export: ConventionExport, now: datetime) -> None:
    """The whole archive in a file of its own first: what is stored is whole, or is not there."""

    def heard(rows: int) -> None:
        ConventionExport.objects.filter(pk=export.pk).update(rows_done=rows, seen_at=Now())

    with tempfile.TemporaryFile() as out:
        with one_snapshot() as alias:
            scope = Scope(export.convention, now, alias, export.with_contacts)
            total = sum(table.count(scope) for table in tables_of(scope))
            ConventionExport.objects.filter(pk=export.pk).update(rows_total=total)
            write_archive(out, scope, heard)
        size, digest = out.tell(), _sha256(out)
        out.seek(0)
        name = f"exports/{export.convention.slug}/{secrets.token_hex(16)}.zip"
        stored = default_storage.save(name, File(out))
    ConventionExport.objects.filter(pk=export.pk).update(
        status=ExportStatus.READY, ready_at=now, file=stored, size=size, sha256=digest, last_error=""
    )
    if export.requested_by is not None:
        notify(
            key=f"export-ready:{export.pk}",
            topic=Topic.REPORT,
            recipients=[export.requested_by],
            subject="Votre export de convention est prêt",
            body="Il se télécharge pendant sept jours dans votre espace, rubrique « Rapports », page « Exports ».\n",
            at=now,
        )


def _sha256(out: IO[bytes]) -> str:
    out.seek(0)
    digest = hashlib.sha256()
    while chunk := out.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _note_failure(export: ConventionExport, failure: Exception, now: datetime) -> None:
    is_last = export.attempts >= MAX_ATTEMPTS
    ConventionExport.objects.filter(pk=export.pk).update(
        status=ExportStatus.FAILED if is_last else ExportStatus.REQUESTED,
        last_error=f"{type(failure).__name__}: {failure}"[:300],
    )
    if is_last and export.requested_by is not None:
        notify(
            key=f"export-failed:{export.pk}",
            topic=Topic.OPERATIONS,
            recipients=[export.requested_by],
            subject="Un export de convention a échoué",
            body=f"L'export de « {export.convention} » n'a pas pu être écrit ; rien n'en est gardé.\n",
            at=now,
            must_hear=True,
        )
