"""Error pages with a way on. That of an error of ours is 500.html alone: it asks nothing of what may be broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    words = "La page était ouverte depuis trop longtemps. Revenez en arrière, rechargez-la et recommencez."
    return _page(request, 403, "Page expirée", words)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, "Accès refusé", "Cette page ne vous est pas ouverte.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("Page introuvable"), _("Cette page n'existe pas, ou ne vous est pas visible."))


def _page(request: HttpRequest, status: int, heading: str, words: str) -> HttpResponse:
    return render(request, "error.html", {"heading": heading, "words": words, "status": status}, status=status)
