"""Clocks folded again because a convention, a calendar or an alert changed: what the worker does of Recalculation."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q

from gup.conventions.models import Convention, ConventionVersion, CycloneAlert, Recalculation, ServiceCalendar
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
    with transaction.atomic(), one_book():
        incidents = concerned(change).filter(pk__gt=change.last_incident).order_by("pk")
        incidents = incidents.select_related("residence", "category", "convention_version")
        if connection.features.has_select_for_update:
            incidents = incidents.select_for_update(of=("self",))
        found = list(incidents.prefetch_related("events", "clocks")[:batch])
        for incident in found:
            project(incident, now)
        if found:
            change.last_incident = found[-1].pk
            Recalculation.objects.filter(pk=change.pk).update(
                last_incident=change.last_incident, incidents=F("incidents") + len(found)
            )
    return len(found)


def concerned(change: Recalculation) -> IncidentQuerySet:
    """The incidents whose clocks the change can move. Those closed since it took effect too: it bore on them before."""
    if change.calendar is not None:
        return _counting_in(change.calendar, since=change.not_before)
    if change.alert is not None:
        return _under_alert(change.alert)
    if change.version is not None:
        return _bound_by(change.version)
    raise ValueError("Un recalcul a une cause.")


def _counting_in(calendar: ServiceCalendar, *, since: datetime) -> IncidentQuerySet:
    """Those with a clock that ran at the edit of its hours, or whose due, with pauses or without, comes after it.

    Their convention counts in these hours somewhere: the terms that bind may be of an earlier promise.
    """
    conventions = Convention.objects.filter(versions__commitments__calendar=calendar).values("pk")
    after = Q(due_at__gte=since) | Q(strict_due_at__gte=since) | Q(stopped_at__gte=since) | Q(cancelled_at__gte=since)
    running = Q(stopped_at__isnull=True, cancelled_at__isnull=True)
    clocks = Clock.objects.filter(running | after, commitment__version__convention__in=conventions)
    return Incident.objects.filter(pk__in=clocks.values("incident"))


def _under_alert(alert: CycloneAlert) -> IncidentQuerySet:
    here = Q() if alert.perimeter_id is None else Q(residence__quartier__perimeter=alert.perimeter_id)
    return Incident.objects.filter(here, _open_since(alert.started_at))


def _bound_by(version: ConventionVersion) -> IncidentQuerySet:
    """Those reported under the version, and those still open when it came, where it applies to them."""
    reported = Q(reported_at__gte=version.starts_at)
    bound = reported | _open_since(version.starts_at) if version.applies_to_open else reported
    return Incident.objects.filter(bound, residence__quartier__in=version.quartiers.values("pk"))


def _open_since(instant: datetime) -> Q:
    """Open now, or touched since `instant` (UTC): what was over before can no longer be moved."""
    return Q(status__in=OPEN_STATUSES) | Q(updated_at__gte=instant)
