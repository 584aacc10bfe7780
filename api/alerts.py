"""Cyclone alerts: read by every partner, declared and ended by the DSU."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.pagination import NewestFirst
from api.permissions import MayDeclare, caller
from api.resources import Resource
from api.shapes import Among, Given, Instant, Shown
from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.models import CycloneAlert
from gup.places.models import Perimeter


class AlertShown(Shown[CycloneAlert]):
    perimeter = serializers.CharField(source="perimeter.slug", allow_null=True, help_text="Vide : toute la commune.")

    class Meta:
        model = CycloneAlert
        fields = ["id", "perimeter", "reason", "started_at", "declared_at", "ended_at", "end_declared_at"]


class AlertGiven(Given):
    perimeter = Among(
        lambda context: Perimeter.objects.all(),
        key="slug",
        unknown="Ce périmètre n'existe pas.",
        allow_null=True,
        default=None,
        help_text="Vide : toute la commune.",
    )
    reason = serializers.CharField(max_length=300)
    started_at = Instant()


class EndGiven(Given):
    ended_at = Instant()


class AlertViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[CycloneAlert]):
    """One decision suspends the delays of a perimeter, and one ends it."""

    queryset = CycloneAlert.objects.none()
    serializer_class = AlertShown
    pagination_class = NewestFirst
    permission_classes = [*Resource.permission_classes, MayDeclare]
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[CycloneAlert]:
        return CycloneAlert.objects.select_related("perimeter").order_by("-id")

    @extend_schema(request=AlertGiven, responses={201: AlertShown})
    def create(self, request: Request) -> Response:
        """Suspend every delay of the perimeter whose commitment lists cyclones."""
        given = AlertGiven(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        alert = declare_alert(**given.validated_data, by=caller(request), at=timezone.now())
        return Response(AlertShown(alert).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndGiven, responses=AlertShown)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        """The delays run again from there, with what was left of them."""
        alert = self.get_object()
        given = EndGiven(data=request.data)
        given.is_valid(raise_exception=True)
        end_alert(alert, ended_at=given.validated_data["ended_at"], by=caller(request), at=timezone.now())
        return Response(AlertShown(alert).data)
