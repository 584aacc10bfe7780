"""How much one visitor, or one poster, may send in an hour. When counting fails, reporting goes on."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest

from mobile_forms.models import FormUse

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
PER_ADDRESS = 12
# A whole building may report the same flood; a thousand sendings an hour are a machine.
PER_CODE = 60


def is_flooding(request: HttpRequest, code: str, now: datetime) -> bool:
    """Count this sending, and say whether it is one too many for its address or for its poster."""
    hashed = address_hash(request)
    try:
        with transaction.atomic():
            recent = FormUse.objects.filter(at__gte=now - WINDOW)
            is_too_many = (
                recent.filter(address_hash=hashed).count() >= PER_ADDRESS
                or recent.filter(code=code).count() >= PER_CODE
            )
            if not is_too_many:
                FormUse.objects.create(code=code, address_hash=hashed, at=now)
            FormUse.objects.filter(at__lt=now - 2 * WINDOW).delete()
    except DatabaseError:
        logger.exception("Le comptage des envois publics a échoué : l'envoi est accepté.")
        return False
    return is_too_many


def address_hash(request: HttpRequest) -> str:
    """The visitor's address, salted and hashed."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{address_of(request)}".encode()).hexdigest()


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind proxies, the one that the outermost trusted proxy saw."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    return forwarded[-proxies] if proxies and len(forwarded) >= proxies else str(request.META.get("REMOTE_ADDR", ""))
