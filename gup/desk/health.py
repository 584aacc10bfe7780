"""For operators and machines: is it alive, and is anything late? Measured from the database, never from the broker."""

from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models.functions import Greatest
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from gup.incidents.models import Clock
from gup.notifications.heartbeats import silent
from gup.notifications.outbox import oldest_unsent

PROCESSES = ["worker", "beat"]
# The sweep runs every 15 seconds, the outbox every 5: ten minutes late is a fault, not a burst.
TOLERANCE = timedelta(minutes=10)


def healthz(request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    try:
        found = _findings(now)
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    is_well = not found["silent"] and not found["outbox_late"] and not found["sweep_late"]
    return JsonResponse({"status": "ok" if is_well else "degraded", **found}, status=200 if is_well else 503)


def _findings(now: datetime) -> dict[str, object]:
    unsent = oldest_unsent(now)
    outbox_age = (now - unsent.created_at) if unsent else timedelta()
    # What was reported late, with a level already behind it, has been due since it was received.
    overdue = Clock.objects.filter(next_action_at__lte=now).annotate(
        due_since=Greatest("next_action_at", "incident__received_at")
    )
    since = overdue.order_by("due_since").values_list("due_since", flat=True).first()
    sweep_age = (now - since) if since else timedelta()
    return {
        "database": "ok",
        "silent": silent(PROCESSES, now),
        "outbox_age_seconds": int(outbox_age.total_seconds()),
        "outbox_late": outbox_age > TOLERANCE,
        "sweep_age_seconds": int(sweep_age.total_seconds()),
        "sweep_late": sweep_age > TOLERANCE,
    }
