"""An administrator of the DSU sets up a second factor before anything else, where the installation demands it."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role

# Where one sets it up, or leaves; and what asks nobody who one is.
_OPEN = ("/compte/", "/healthz", "/static/")
_PROVING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorFirst:
    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.GUP_REQUIRE_SECOND_FACTOR or request.path.startswith(_OPEN) or not lacks_second_factor(request):
            return self.answer(request)
        if request.path.startswith("/api/"):
            refusal = {"type": "about:blank", "title": "Cette session attend une deuxième étape.", "status": 403}
            return JsonResponse(refusal, status=403, content_type="application/problem+json")
        return redirect("mfa_index")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether an administrator is logged in who has neither an authenticator app nor a key."""
    user = request.user
    if not isinstance(user, User) or not has_role(user, [Role.ADMINISTRATOR]):
        return False
    return not Authenticator.objects.filter(user=user, type__in=_PROVING).exists()
