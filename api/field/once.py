"""A record of a phone is taken once, whatever the network repeats."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Problem
from api.idempotency import IN_PROGRESS, once
from api.permissions import caller


def taken_once(request: Request, name: UUID, at: datetime, take: Callable[[], Response]) -> Response:
    """201 with the answer of `take`; 200 with the same answer when the same body comes again to the same address.

    Raises Problem 409 when the name has served for something else.
    """
    clash = Problem(409, "Cet identifiant a déjà servi à un autre envoi : rien n'a été enregistré.", field="uuid")
    said = {"address": request.path, "body": request.data}
    # Not a 409: the phone takes that for a word, and this one passes when it is asked again.
    busy = Problem(503, IN_PROGRESS, wait=1)
    response, is_new = once(caller(request), f"field {name}", said, at, take, clash=clash, busy=busy)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return response
