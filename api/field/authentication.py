"""A phone speaks with its own token, and to these addresses only: neither a session nor an API token opens them."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from gup.partners.device_models import Device
from gup.partners.devices import device_of
from gup.partners.models import User

KEYWORD = "Device"


class DeviceRevoked(AuthenticationFailed):
    """The phone keeps its queue, and says how to go on."""

    members: ClassVar = {"code": "device_revoked"}

    def __init__(self) -> None:
        super().__init__(
            "Cet appareil n'est plus associé à votre compte. Rien n'est perdu : associez-le de nouveau avec un code."
        )


class DeviceAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Device] | None:
        """The person and her phone; None without a device's token. Raises DeviceRevoked for one that opens no more."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() != KEYWORD.lower():
            return None
        device = device_of(parts[1], at=timezone.now())
        if device is None or device.revoked_at is not None or not device.user.is_active:
            raise DeviceRevoked
        return device.user, device

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = DeviceAuthentication
    name = "deviceToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "« Device » suivi du jeton reçu à l'association de l'appareil.",
        }
