"""Walks: the score that partners give a residence together, on the grid and scale of its convention."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import PlacedRecordFilters
from api.records import COMMON, SIGNED, Promised, RecordGiven, RecordShown, RecordViewSet, Withdrawal, visible_residence
from gup.conventions.enums import CommitmentKind
from gup.inspections.models import Walk
from gup.inspections.recording import MAX_NAME, MAX_PARTICIPANTS, record_walk


class WalkShown(RecordShown[Walk]):
    residence = serializers.CharField(source="residence.slug")

    class Meta:
        model = Walk
        fields = [*COMMON, "residence", "walked_on", "grid", "scale", "score", "walker", "participants"]


class WalkGiven(RecordGiven):
    commitment = Promised(CommitmentKind.QUALITY_LEVEL)
    residence = visible_residence()
    walked_on = serializers.DateField(help_text="31 jours en arrière au plus.")
    score = serializers.CharField(max_length=20, help_text="Sur l'échelle de l'engagement : 72/100, 3,5 ou B.")
    walker = serializers.CharField(max_length=MAX_NAME)
    participants = serializers.CharField(max_length=MAX_PARTICIPANTS, required=False, allow_blank=True)


class WalkViewSet(RecordViewSet[Walk]):
    """The walks of the residences that the caller may see, newest first."""

    queryset = Walk.objects.none()
    serializer_class = WalkShown
    filterset_class = PlacedRecordFilters

    def get_queryset(self) -> QuerySet[Walk]:
        visible: QuerySet[Walk] = Walk.objects.visible_to(self.request.user)
        return visible.select_related("residence", *SIGNED)

    @extend_schema(
        request={"application/json": WalkGiven, "multipart/form-data": WalkGiven}, responses={201: WalkShown}
    )
    def create(self, request: Request) -> Response:
        """Record a walk and its score."""

        def write(**given: Any) -> tuple[Walk, bool]:
            return record_walk(**given), True

        return self.write(request, WalkGiven, write)

    @extend_schema(request=Withdrawal, responses={201: WalkShown})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Take a walk back; both stay readable."""
        return self.take_back(request)
