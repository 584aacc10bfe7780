"""What time alone does to incidents: waits to review, repairs that nobody answered, contacts to erase."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from gup.incidents.announcements import dsu, handlers_of
from gup.incidents.enums import Status
from gup.incidents.errors import Refused
from gup.incidents.models import Incident, Pause, WorkOrder
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners.actors import Machine

# How long the tenants' side may confirm or contest before a repair counts as unanswered (the convention's default).
ANSWER_WINDOW = timedelta(days=15)


def close_unanswered(now: datetime, *, limit: int = 500) -> int:
    """Close the repairs announced more than 15 days ago that nobody confirmed or contested; returns how many."""
    waiting = Incident.objects.filter(status=Status.RESOLVED, resolved_at__lte=now - ANSWER_WINDOW)
    closed = 0
    for incident in waiting.order_by("resolved_at")[:limit]:
        try:
            incident.close(by=Machine("Clôture sans réponse"), at=now)
        except Refused:
            continue  # answered, or closed by another run, since it was read
        closed += 1
    return closed


def review_pauses(now: datetime, *, limit: int = 500) -> int:
    """Tell the party in charge and the DSU of each wait whose review day has come; returns how many were told."""
    due = Pause.objects.filter(ended_at__isnull=True, review_at__lte=now).select_related("incident__responsible")
    told = 0
    for pause in due.order_by("review_at")[:limit]:
        told += _tell_review(pause, now)
    return told


def forget_contacts(now: datetime) -> int:
    """Erase what reporters left to be reached by, some time after the closing; returns how many incidents forgot.

    A duplicate keeps its own as long as the incident it was merged into. The addresses of companies go with them.
    """
    last = now - timedelta(days=settings.GUP_CONTACT_DAYS)
    ended = Q(status=Status.CLOSED, closed_at__lte=last) | Q(
        status=Status.MERGED, merged_into__status=Status.CLOSED, merged_into__closed_at__lte=last
    )
    reachable = Incident.objects.exclude(reporter_email="", reporter_phone="")
    orders = WorkOrder.objects.exclude(email="").filter(incident__in=Incident.objects.filter(ended))
    WorkOrder.objects.filter(pk__in=list(orders.values_list("pk", flat=True))).update(email="")
    # By their keys: an update does not follow the link to the incident that a duplicate belongs to.
    keys = list(reachable.filter(ended).values_list("pk", flat=True))
    return Incident.objects.filter(pk__in=keys).update(reporter_email="", reporter_phone="")


def forget_address(address: str) -> int:
    """Write no more to an address that has no account: erased wherever it was left. Returns how many incidents."""
    return Incident.objects.filter(reporter_email__iexact=address).update(reporter_email="")


def _tell_review(pause: Pause, now: datetime) -> int:
    """Once a review date: the outbox key holds it, so running again owes nothing more."""
    incident = pause.incident
    link = settings.GUP_BASE_URL + reverse("incident", kwargs={"ref": incident.ref})
    since = f"{pause.started_at:%Y%m%d%H%M%S}"
    return notify(
        key=f"review:{incident.pk}:{pause.reason}:{since}",
        topic=Topic.PROGRESS,
        recipients=[*handlers_of(incident), *dsu()],
        subject=f"{incident.ref} : attente à revoir",
        body=f"L'incident {incident.ref} attend toujours ({pause.get_reason_display().lower()}).\n\n{link}\n",
        at=now,
        must_hear=True,
    )
