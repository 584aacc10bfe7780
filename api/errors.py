"""Every error as an RFC 9457 problem: a French sentence, a status, and the fields at fault where there are some."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.core.signals import got_request_exception
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from gup.incidents.errors import InvalidInput, NotAllowed, Refused, Stale, WrongTransition

PROBLEM = "application/problem+json"

logger = logging.getLogger(__name__)

STATUS_OF_REFUSAL: dict[type[Refused], int] = {
    InvalidInput: status.HTTP_400_BAD_REQUEST,
    NotAllowed: status.HTTP_403_FORBIDDEN,
    WrongTransition: status.HTTP_409_CONFLICT,
    Stale: status.HTTP_412_PRECONDITION_FAILED,
}

TITLES = {
    400: "La demande ne peut pas être traitée telle quelle.",
    401: "Identifiez-vous.",
    403: "Cette action ne vous est pas ouverte.",
    404: "Introuvable.",
    405: "Cette méthode n'existe pas ici.",
    406: "Ce format de réponse n'existe pas.",
    409: "Ce n'est pas possible dans l'état actuel.",
    412: "La ressource a changé depuis que vous l'avez lue.",
    410: "Ce contenu n'est plus là.",
    413: "C'est trop volumineux.",
    415: "Ce format d'envoi n'est pas accepté.",
    422: "Cette clé a déjà servi à une autre demande.",
    429: "Trop de demandes : réessayez plus tard.",
    503: "Le service est occupé : réessayez dans un instant.",
    500: "Une erreur est survenue de notre côté : rien n'a été enregistré.",
}


class Problem(exceptions.APIException):
    """A refusal of the door itself: its status, the field at fault where there is one, the seconds to wait before the
    next try, and what else the client needs to go on (`members`, beside those of RFC 9457).
    """

    def __init__(
        self, code: int, detail: str, *, field: str = "", wait: int = 0, members: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.status_code = code
        self.field = field
        self.wait = wait
        self.members = members or {}


def problem_details(exception: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: whatever happens is answered as a problem, and a fault of ours is logged as one."""
    set_rollback()
    if isinstance(exception, Refused):
        return _refused(exception)
    known = _as_api_exception(exception)
    if known is None:
        logger.error("unexpected error in the API", exc_info=exception)
        got_request_exception.send(sender=None, request=context.get("request"))
        return problem(status.HTTP_500_INTERNAL_SERVER_ERROR)
    response = problem(
        known.status_code, errors=_errors(known), detail=_detail(known), members=getattr(known, "members", None)
    )
    if isinstance(known, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = getattr(known, "auth_header", "Token")
    if wait := getattr(known, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def _as_api_exception(exception: Exception) -> exceptions.APIException | None:
    """What the framework raises, in the words of the API; None for what nobody expected."""
    if isinstance(exception, exceptions.APIException):
        return exception
    if isinstance(exception, Http404):
        return exceptions.NotFound()
    if isinstance(exception, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exception, ModelValidationError):
        return exceptions.ValidationError(_messages(exception))
    if isinstance(exception, RequestDataTooBig):
        return Problem(413, "L'envoi est trop volumineux.")
    if isinstance(exception, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError("La demande est illisible ou incomplète.")
    return None


def _messages(exception: ModelValidationError) -> Any:
    return exception.message_dict if hasattr(exception, "error_dict") else exception.messages


def problem(
    code: int,
    *,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    members: dict[str, Any] | None = None,
) -> Response:
    title = TITLES.get(code, "La demande a échoué.")
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": code, "detail": detail or title}
    body |= members or {}
    if errors:
        body["errors"] = errors
    return Response(body, status=code, content_type=PROBLEM)


def _refused(refusal: Refused) -> Response:
    errors = [{"field": refusal.field, "message": refusal.message}] if refusal.field else None
    return problem(STATUS_OF_REFUSAL[type(refusal)], detail=refusal.message, errors=errors)


def _detail(exception: exceptions.APIException) -> str:
    detail = str(exception.detail)
    if isinstance(exception, exceptions.ValidationError):
        return "Corrigez les champs indiqués."
    if isinstance(exception, exceptions.NotFound):
        return "Cette ressource n'existe pas, ou ne vous est pas visible."
    if detail.startswith("CSRF Failed"):
        # The only words of the framework that are not translated.
        return "Cette demande ne vient pas d'une de nos pages, ou la page est trop ancienne : rechargez-la."
    return detail


def _errors(exception: exceptions.APIException) -> list[dict[str, str]] | None:
    if isinstance(exception, exceptions.ValidationError):
        return list(_flat("", exception.detail))
    field = getattr(exception, "field", "")
    return [{"field": field, "message": str(exception.detail)}] if field else None


def _flat(path: str, detail: Any) -> list[dict[str, str]]:
    """DRF's nested errors as one line a field: {"photos": {0: ["..."]}} gives "photos.0"."""
    if isinstance(detail, dict):
        return [line for name, below in detail.items() for line in _flat(f"{path}.{name}".strip("."), below)]
    if isinstance(detail, list):
        return [line for below in detail for line in _flat(path, below)]
    return [{"field": path.removesuffix(".non_field_errors"), "message": str(detail)}]
