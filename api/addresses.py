"""The parts of addresses that several resources share."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

REF = r"[A-Z0-9-]{1,20}"
IN_INCIDENT = OpenApiParameter(
    "ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="La référence de l'incident, comme GUP-2026-7K3M9Q."
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="L'ETag lu. S'il ne vaut plus, la réponse est 412 et rien n'est enregistré.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Une clé par signalement : la même demande répétée reçoit la même réponse, pendant 30 jours.",
)
