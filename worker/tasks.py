"""The tasks: three lines each. What they do, and why it is safe to do twice or at once, is said in the domain."""

from celery import shared_task
from django.utils import timezone

from gup.escalations.escalate import escalate_due
from gup.incidents.housekeeping import close_unanswered, forget_contacts, review_pauses
from gup.incidents.photo_queue import derive_waiting
from gup.incidents.recalculating import recalculate_due
from gup.incidents.redacting import erase_redacted
from gup.notifications.heartbeats import beat
from gup.notifications.outbox import deliver_due
from gup.partners.mandates import apply_mandates
from gup.reports.bilan.making import build_bilans
from gup.reports.building import build_requested
from gup.reports.exporting import build_exports, forget_exports
from gup.reports.requesting import request_ended_months


@shared_task
def hear_beat() -> None:
    """Beat sent this and a worker ran it: the scheduler is alive."""
    beat("beat", timezone.now())


@shared_task
def deliver_outbox() -> None:
    deliver_due(timezone.now())


@shared_task
def escalate() -> None:
    escalate_due(timezone.now())


@shared_task
def recalculate() -> None:
    """After an amendment, an edit of hours, a cyclone alert."""
    recalculate_due(timezone.now())


@shared_task
def derive_photos() -> None:
    derive_waiting()


@shared_task
def build_reports() -> None:
    now = timezone.now()
    build_requested(now)
    build_bilans(now)


@shared_task
def export_conventions() -> None:
    now = timezone.now()
    build_exports(now)
    forget_exports(now)


@shared_task
def close_month() -> None:
    """The night of the 1st, and any later hour if that night was missed."""
    request_ended_months(timezone.now())


@shared_task
def tidy_incidents() -> None:
    now = timezone.now()
    close_unanswered(now)
    review_pauses(now)
    forget_contacts(now)
    erase_redacted(now)


@shared_task
def follow_mandates() -> None:
    """A mandate begins or ends at midnight, by the day of Martinique."""
    apply_mandates(timezone.localdate())
