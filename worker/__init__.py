"""The door of the clock: tasks that beat pokes. `celery -A worker` finds the application here."""

from worker.celery import app

__all__ = ["app"]
