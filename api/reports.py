"""The monthly reports: their figures as JSON, and the files that render them."""

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api.errors import Problem
from api.files import private_file
from api.filters import ReportFilters
from api.pagination import NewestFirst
from api.rendering import WhateverIsAsked
from api.resources import Resource
from api.shapes import Shown
from gup.reports.keeping import FileLost, kept_file
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
            "signatory_commentary",
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
        return _file(self.get_object(), "pdf", "application/pdf")

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def csv(self, request: Request, pk: str) -> FileResponse:
        """The same figures, for a spreadsheet."""
        return _file(self.get_object(), "csv", "text/csv; charset=utf-8")


def _file(report: Report, kind: str, content_type: str) -> FileResponse:
    """The file against its sum, made again where the disk failed. Raises Problem 410 where it cannot be."""
    if report.pdf:
        try:
            kept_file(report, kind)
        except FileLost as lost:
            raise Problem(410, "Ce fichier est abîmé et ne se refait pas : restaurez-le d'une sauvegarde.") from lost
    whose = report.convention.slug if report.convention else "commune"
    name = f"rapport-{whose}-{report.month:%Y-%m}.{kind}"
    return private_file(getattr(report, kind), name=name, content_type=content_type)
