"""Clocks folded again because a convention, a calendar or an alert changed: what the worker does of Recalculation."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q

from gup.conventions.models import Recalculation
from gup.conventions.promise_book import one_book
from gup.incidents.enums import OPEN_STATUSES
from gup.incidents.models import Clock, Incident
from gup.incidents.projection import project
from gup.incidents.visibility import IncidentQuerySet

BATCH = 100


def recalculate_due(now: datetime, *, batch: int = BATCH) -> int:
    """Fold again the incidents that each change in force by `now` (UTC) bears on; returns how many were folded.

    In batches, each its own transaction: stopped half-way, the next run goes on from there. Run twice or by two at
    once, it folds the same facts into the same clocks.
    """
    folded = 0
    waiting = Recalculation.objects.filter(done_at__isnull=True, not_before__lte=now)
    for change in waiting.select_related("version__convention", "calendar", "alert").order_by("id"):
        while count := _fold_some(change, now, batch):
            folded += count
        Recalculation.objects.filter(pk=change.pk, done_at__isnull=True).update(done_at=now)
    return folded


def _fold_some(change: Recalculation, now: datetime, batch: int) -> int:
    """The next incidents of one change; their rows are held meanwhile, so that no verb folds over this."""
    with transaction.atomic(), one_book() as book:
        incidents = concerned(change).filter(pk__gt=change.last_incident).order_by("pk")
        incidents = incidents.select_related("residence", "category")
        if connection.features.has_select_for_update:
            incidents = incidents.select_for_update(of=("self",))
        found = list(incidents[:batch])
        for incident in found:
            project(incident, now)
            if change.version is not None:
                version = book.version_for(
                    incident.responsible_id, incident.residence, incident.reported_at, until=now, as_of=now
                )
                if version != incident.convention_version:
                    Incident.objects.filter(pk=incident.pk).update(convention_version=version)
        if found:
            change.last_incident = found[-1].pk
            Recalculation.objects.filter(pk=change.pk).update(
                last_incident=change.last_incident, incidents=F("incidents") + len(found)
            )
    return len(found)


def concerned(change: Recalculation) -> IncidentQuerySet:
    """The incidents whose clocks the change can move: open ones of its places, or those due after the edit."""
    if change.calendar is not None:
        running = Clock.objects.filter(
            stopped_at__isnull=True, cancelled_at__isnull=True, due_at__gte=change.not_before
        )
        clocks = running.filter(commitment__calendar=change.calendar)
        return Incident.objects.filter(pk__in=clocks.values("incident"))
    if change.alert is not None:
        here = Q() if change.alert.perimeter_id is None else Q(residence__quartier__perimeter=change.alert.perimeter_id)
        return Incident.objects.filter(here, status__in=OPEN_STATUSES)
    if change.version is None:
        raise ValueError("Un recalcul a une cause.")
    quartiers = change.version.quartiers.values("pk")
    return Incident.objects.filter(residence__quartier__in=quartiers, status__in=OPEN_STATUSES)
