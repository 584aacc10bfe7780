"""When the person did it, by a phone whose clock may be wrong."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from gup.incidents.intake import CLOCK_TOLERANCE, MAX_BACKDATING

SENT_AT = OpenApiParameter(
    "Sent-At",
    OpenApiTypes.DATETIME,
    OpenApiParameter.HEADER,
    description="Ce que l'horloge du téléphone montre à l'envoi : elle corrige les dates qu'il donne.",
)


def done_at(request: Request, made_at: datetime, now: datetime) -> datetime:
    """The instant (UTC) by our clock: as long before `now` as the phone's own clock says.

    Raises ValidationError (field "made_at") for what is to come, or more than 7 days past.
    """
    age = _sent_at(request, now) - made_at
    if age < -CLOCK_TOLERANCE:
        raise ValidationError({"made_at": "Cette date est après l'envoi : vérifiez la date du téléphone."})
    if age > MAX_BACKDATING:
        raise ValidationError(
            {"made_at": f"Cela date de plus de {MAX_BACKDATING.days} jours : renvoyez-le à la date d'aujourd'hui."}
        )
    return now - max(age, timedelta())


def _sent_at(request: Request, now: datetime) -> datetime:
    """The phone's clock at the sending; without the header it is taken to be right."""
    header = request.headers.get("Sent-At")
    return now if header is None else instant(header, field="Sent-At")


def instant(text: str, *, field: str) -> datetime:
    """An ISO 8601 instant with its offset. Raises ValidationError that names the field."""
    try:
        read = parse_datetime(text)
    except ValueError:
        read = None
    if read is None or timezone.is_naive(read):
        raise ValidationError({field: "Donnez une date ISO 8601 avec son décalage, comme 2026-09-16T08:00:00-04:00."})
    return read
