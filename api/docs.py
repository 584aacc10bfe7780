"""The schema as it is committed, and the page that reads it. Both say what the door is; neither opens it."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

SCHEMA = Path(__file__).with_name("openapi.json")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_committed(), content_type="application/vnd.oai.openapi+json")


@cache
def _committed() -> bytes:
    return SCHEMA.read_bytes()


class DocsView(SpectacularSwaggerSplitView):
    """The documentation, from our own files alone; what it tries goes through the reader's own session."""

    permission_classes = [AllowAny]
    authentication_classes = []
    template_name = "api/docs.html"
    url_name = "schema"
