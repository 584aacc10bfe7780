"""The monthly reports: their figures as JSON, and the files that render them."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.files import private_file
from api.filters import ReportFilters
from api.pagination import NewestFirst
from api.rendering import WhateverIsAsked
from api.resources import Resource
from api.shapes import Shown
from gup.reports.models import Report


class ReportShown(Shown[Report]):
    convention = serializers.CharField(source="convention.slug", allow_null=True, help_text="Vide : toute la commune.")

    class Meta:
        model = Report
        fields = [
            "id",
            "convention",
            "month",
            "status",
            "requested_at",
            "built_at",
            "published_at",
            "commentary",
            "figures_sha256",
            "pdf_sha256",
            "csv_sha256",
        ]


class ReportInFull(ReportShown):
    figures = serializers.JSONField(allow_null=True)

    class Meta(ReportShown.Meta):
        fields = [*ReportShown.Meta.fields, "figures"]


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Report]):
    """The reports that the caller may read."""

    queryset = Report.objects.none()
    serializer_class = ReportShown
    filterset_class = ReportFilters
    pagination_class = NewestFirst
    content_negotiation_class = WhateverIsAsked
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Report]:
        visible: QuerySet[Report] = Report.objects.visible_to(self.request.user)
        # The figures are the heavy part of a row, and no line of a list shows them.
        return visible.select_related("convention").defer(*(["figures"] if self.action == "list" else []))

    def get_serializer_class(self) -> type[ReportShown]:
        return ReportInFull if self.action == "retrieve" else ReportShown

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> FileResponse:
        """The report as it was built, a tagged PDF."""
        report = self.get_object()
        return private_file(report.pdf, name=_name(report, "pdf"), content_type="application/pdf")

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def csv(self, request: Request, pk: str) -> FileResponse:
        """The same figures, for a spreadsheet."""
        report = self.get_object()
        return private_file(report.csv, name=_name(report, "csv"), content_type="text/csv; charset=utf-8")


def _name(report: Any, kind: str) -> str:
    whose = report.convention.slug if report.convention else "commune"
    return f"rapport-{whose}-{report.month:%Y-%m}.{kind}"
