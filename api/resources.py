"""What every resource shares: its filters are known or refused, and shared caches keep nothing of it."""

from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.filters import KnownFilters
from api.permissions import caller
from api.schema import ResourceSchema
from gup.incidents.models import Incident
from gup.partners.audit import note_confidential_read

Row = TypeVar("Row", bound=models.Model)


class Resource(GenericViewSet[Row]):
    """A resource of the API. Subclasses give `get_queryset()`, always among what the caller may see."""

    filter_backends = [KnownFilters]
    schema = ResourceSchema()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers.setdefault("Cache-Control", "private, no-cache")
        return finished


class UnderIncident(Resource[Row]):
    """A resource at `/incidents/{ref}/…`: 404 unless the incident is visible to the caller."""

    def incident(self) -> Incident:
        """The incident of the address. Raises Http404 alike for one that is foreign and one that does not exist."""
        user = caller(self.request)
        found: Incident = get_object_or_404(Incident.objects.visible_to(user), ref=self.kwargs["ref"])
        note_reading(self.request, found)
        return found


def note_reading(request: Request, incident: Incident) -> None:
    """Every reading of a confidential incident is logged: who, when, from where."""
    if incident.is_confidential and request.method in ("GET", "HEAD"):
        address = request.META.get("REMOTE_ADDR", "")
        note_confidential_read(caller(request), incident.ref, at=timezone.now(), address=address)
