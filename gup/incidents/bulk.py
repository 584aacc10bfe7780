"""One verb said to many incidents, each through its own door: what one refuses does not hold back the others."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gup.incidents.bulk_models import Batch
from gup.incidents.enums import Verb
from gup.incidents.errors import Refused
from gup.incidents.models import Incident
from gup.partners.models import User

MOST = 500
BULK_VERBS = (Verb.ACKNOWLEDGE, Verb.ASSIGN, Verb.TRANSFER)
NOT_THERE = "Cet incident n'existe pas, ou vous ne le voyez plus."


def say_to_each(
    key: uuid.UUID, verb: Verb, versions: Mapping[str, int], *, by: User, at: datetime, **arguments: Any
) -> Batch:
    """Say the verb to each incident, named by reference with the version that was read; each in its own transaction.

    The same key a second time says nothing more: the batch that it began is given back, finished or not.
    """
    try:
        with transaction.atomic():
            batch = Batch.objects.create(uuid=key, user=by, verb=verb, asked_at=at, count=len(versions))
    except IntegrityError:
        return Batch.objects.get(uuid=key)
    refused: list[dict[str, str]] = []
    for ref, version in versions.items():
        if said := _say_to_one(verb, ref, version, by=by, at=at, arguments=arguments):
            refused.append(said)
    batch.done, batch.refused, batch.finished_at = len(versions) - len(refused), refused, at
    batch.save(update_fields=["done", "refused", "finished_at"])
    return batch


def _say_to_one(
    verb: Verb, ref: str, version: int, *, by: User, at: datetime, arguments: Mapping[str, Any]
) -> dict[str, str] | None:
    """The refusal, with the incident's name; None when it went."""
    incident = Incident.objects.visible_to(by).select_related("residence", "category").filter(ref=ref).first()
    if incident is None:
        return {"ref": ref, "title": "", "reason": NOT_THERE}
    method: Callable[..., object] = getattr(incident, verb.value)
    try:
        with transaction.atomic():
            incident.expect_version(version)
            method(by=by, at=at, **arguments)
    except Refused as refusal:
        return {"ref": ref, "title": incident.title, "reason": refusal.message}
    return None


def sayable(user: User, incidents: Sequence[Incident]) -> dict[Verb, int]:
    """To how many of these incidents each verb of batches may be said now; those that fit none are left out."""
    counts = dict.fromkeys(BULK_VERBS, 0)
    for incident in incidents:
        for verb in set(incident.allowed_actions(user)) & set(BULK_VERBS):
            counts[verb] += 1
    return {verb: count for verb, count in counts.items() if count}
