"""Several missed clocks excused for one written reason: each through its incident's own verb, all of them or none."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from gup.incidents.errors import InvalidInput, Refused
from gup.incidents.models import Clock, Incident
from gup.partners.models import User


def arbitrate_together(clocks: Iterable[Clock], *, by: User, at: datetime, text: str) -> int:
    """Excuse these clocks and say how many they were.

    Raises the verb's Refused, which then names the incident; nothing is written where one of them is refused.
    """
    chosen = sorted(clocks, key=lambda clock: (clock.incident_id, clock.pk))
    if not chosen:
        raise InvalidInput("Cochez au moins un délai dépassé.", field="clock")
    incidents: dict[int, Incident] = {}
    with transaction.atomic():
        for clock in chosen:
            incident = incidents.setdefault(clock.incident_id, clock.incident)
            if clock.is_excused:
                raise InvalidInput(f"{incident.ref} : ce délai est déjà excusé.", field="clock")
            try:
                incident.arbitrate(by=by, at=at, clock=clock, text=text)
            except Refused as refusal:
                if refusal.field == "text":
                    raise
                raise type(refusal)(f"{incident.ref} : {refusal.message}", field=refusal.field) from refusal
    return len(chosen)
