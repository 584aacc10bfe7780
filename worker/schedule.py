"""When beat pokes what. A poke that is lost costs its interval: each task reads from the database what is due."""

from typing import TypedDict


class Entry(TypedDict):
    task: str
    schedule: float
    options: dict[str, float]


def every(task: str, seconds: float) -> Entry:
    """A poke that nobody ran before the next one is due is dropped: a stopped worker finds no storm waiting."""
    return {"task": f"worker.tasks.{task}", "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE: dict[str, Entry] = {
    "hear-beat": every("hear_beat", 30),  # /healthz calls beat silent after two minutes
    "deliver-outbox": every("deliver_outbox", 5),  # a receipt is expected within the minute
    "escalate": every("escalate", 15),  # the shortest promise is one hour
    "recalculate": every("recalculate", 10),  # somebody has just decided it and looks at the list
    "derive-photos": every("derive_photos", 3),  # the page shows "en préparation" until then
    "build-reports": every("build_reports", 10),  # somebody at the desk is waiting for it
    "export-conventions": every("export_conventions", 10),  # somebody watches its progress
    "close-month": every("close_month", 3600),  # drafts are there on the morning of the 1st
    "tidy-incidents": every("tidy_incidents", 900),  # days, not minutes, decide here
    "follow-mandates": every("follow_mandates", 300),  # a mandate ends at midnight, whoever sleeps
}
