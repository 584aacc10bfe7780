"""The month of the promises beyond delays: what the page shows, line by line."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.permissions import caller
from api.resources import Resource
from api.shapes import Instant
from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Convention
from gup.inspections.judging import month_of
from gup.inspections.visibility import conventions_judged_for, lines_visible_to
from gup.service_levels.stages import Verdict

VERDICTS = [(each.value, each.value) for each in Verdict]
MONTH = OpenApiParameter("month", OpenApiTypes.STR, description="Mois (AAAA-MM) ; sans lui, le mois en cours.")


class OutageShown(serializers.Serializer[Any]):
    ref = serializers.CharField(help_text="Vide : l'incident est confidentiel.")
    start = Instant()
    end = Instant()


class PartShown(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    due = serializers.CharField()
    measured = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS, allow_null=True)
    outages = OutageShown(many=True)


class LineShown(serializers.Serializer[Any]):
    """One promise on one subject. `held` and `missed` count the verdicts of the month; a null `verdict` judges none."""

    kind = serializers.ChoiceField(choices=CommitmentKind.choices)
    commitment = serializers.IntegerField(source="commitment_id")
    label = serializers.CharField()  # type: ignore[assignment]
    party = serializers.CharField()
    subject = serializers.CharField()
    target = serializers.CharField()
    due = serializers.CharField()
    measured = serializers.CharField()
    threshold_percent = serializers.IntegerField()
    held = serializers.IntegerField(source="rate.held")
    missed = serializers.IntegerField(source="rate.missed")
    verdict = serializers.ChoiceField(choices=VERDICTS, allow_null=True)
    parts = PartShown(many=True)


class PromisedMonthShown(serializers.Serializer[Any]):
    convention = serializers.CharField(source="convention.slug")
    month = serializers.DateField()
    as_of = Instant()
    lines = LineShown(many=True)


class PromisedMonthViewSet(Resource[Convention]):
    """The month of one convention's passages, walks, availability, answers and actions."""

    queryset = Convention.objects.none()
    serializer_class = PromisedMonthShown
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Convention]:
        return conventions_judged_for(self.request.user).select_related("organisation")

    @extend_schema(parameters=[MONTH])
    def retrieve(self, request: Request, slug: str) -> Response:
        """Held, missed and undecided, as known now."""
        now = timezone.now()
        month = _asked(request, now)
        found = lines_visible_to(caller(request), month_of(self.get_object(), month, now))
        return Response(PromisedMonthShown(found).data)


def _asked(request: Request, now: datetime) -> date:
    text = request.query_params.get("month")
    if text is None:
        return timezone.localdate(now).replace(day=1)
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError as malformed:
        raise serializers.ValidationError({"month": "Écrivez le mois comme 2026-09."}) from malformed
    if not 2000 <= month.year <= 2999:
        raise serializers.ValidationError({"month": "Ce mois n'est pas plausible."})
    return month
