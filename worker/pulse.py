"""The worker's own sign of life: it sends this to itself, so that a silent beat is not taken for a dead worker."""

from celery import shared_task
from django.utils import timezone

from gup.notifications.heartbeats import beat


@shared_task
def hear_worker() -> None:
    """A worker took this from the broker and its pool ran it: the whole way is alive."""
    beat("worker", timezone.now())
