"""Signs of life of the processes: written by their own tasks, read by `/healthz`."""

from datetime import datetime, timedelta

from gup.notifications.models import Heartbeat

# Beat pokes every 30 s at most; three silences in a row are a fault.
ALIVE = timedelta(seconds=120)


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now})


def silent(names: list[str], now: datetime) -> list[str]:
    """Those of `names` that have not been heard of for two minutes (or ever)."""
    alive = set(Heartbeat.objects.filter(beat_at__gte=now - ALIVE).values_list("name", flat=True))
    return [name for name in names if name not in alive]
