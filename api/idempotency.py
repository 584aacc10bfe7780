"""`Idempotency-Key`: the same demand twice is one creation and one answer, whatever the network repeats."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Problem
from api.models import IdempotentRequest
from api.rendering import as_json
from gup.partners.models import User

KEPT_FOR = timedelta(days=30)
MAX_KEY = 200
# Told to the client, so that a replay is not taken for a second creation.
REPLAYED = "Idempotency-Replayed"
IN_PROGRESS = "La même demande est en cours de traitement : attendez sa réponse, puis réessayez."


def answer_once(request: Request, user: User, at: datetime, create: Callable[[], Response]) -> Response:
    """The answer of `create`, or the one it gave to the same key and body before, stored in its own transaction.

    A refusal is not stored: corrected or retried, the same key may serve again. Raises Problem 422 when the key came
    with another body, 409 while the first demand is still being answered, ValidationError for a key that is no key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return create()
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise ValidationError({"Idempotency-Key": f"De 1 à {MAX_KEY} caractères ASCII imprimables."})
    clash = Problem(422, "Cette clé d'idempotence a déjà servi à une autre demande : prenez-en une nouvelle.")
    return once(user, key, request.data, at, create, clash=clash, busy=Problem(409, IN_PROGRESS))[0]


def once(
    user: User, key: str, body: Any, at: datetime, create: Callable[[], Response], *, clash: Problem, busy: Problem
) -> tuple[Response, bool]:
    """The answer to this key and body, and whether it was given now. Raises `clash` when the key came with another
    body, `busy` while the first demand is still being answered.
    """
    digest = _sha256(body)
    with transaction.atomic():
        if not _is_alone(user, key):
            raise busy
        forget_old(at)
        known = IdempotentRequest.objects.filter(user=user, key=key).first()
        if known is None:
            return _stored(create(), user, key, digest, at), True
    if known.body_sha256 != digest:
        raise clash
    return Response(known.answer, status=known.status, headers={REPLAYED: "true"}), False


def forget_old(now: datetime) -> int:
    """Drop the answers past their 30 days; returns how many rows."""
    return IdempotentRequest.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _stored(response: Response, user: User, key: str, digest: str, at: datetime) -> Response:
    answer: Any = orjson.loads(as_json(response.data))
    IdempotentRequest.objects.create(
        user=user, key=key, body_sha256=digest, status=response.status_code, answer=answer, created_at=at
    )
    return response


def _is_alone(user: User, key: str) -> bool:
    """Whether no other transaction is answering this key. SQLite writes one transaction at a time: the second waits,
    and then finds the answer.
    """
    if connection.vendor != "postgresql":
        return True
    lock = int.from_bytes(hashlib.sha256(f"{user.pk}:{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])


def _sha256(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
