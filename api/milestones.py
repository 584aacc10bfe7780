"""Dated actions: when each was done, and what shows it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import RecordFilters
from api.records import COMMON, SIGNED, Promised, RecordGiven, RecordShown, RecordViewSet, Withdrawal
from gup.conventions.enums import CommitmentKind
from gup.inspections.models import Milestone
from gup.inspections.recording import record_milestone


class MilestoneShown(RecordShown[Milestone]):
    due_on = serializers.DateField(source="commitment.due_on")

    class Meta:
        model = Milestone
        fields = [*COMMON, "due_on", "done_on"]


class MilestoneGiven(RecordGiven):
    """A file (`evidence`) or words (`note`): one of the two is needed."""

    commitment = Promised(CommitmentKind.ACTION_MILESTONE)
    done_on = serializers.DateField(help_text="31 jours en arrière au plus.")


class MilestoneViewSet(RecordViewSet[Milestone]):
    """The actions done under the conventions that the caller may read, newest first."""

    queryset = Milestone.objects.none()
    serializer_class = MilestoneShown
    filterset_class = RecordFilters

    def get_queryset(self) -> QuerySet[Milestone]:
        visible: QuerySet[Milestone] = Milestone.objects.visible_to(self.request.user)
        return visible.select_related(*SIGNED)

    @extend_schema(
        request={"application/json": MilestoneGiven, "multipart/form-data": MilestoneGiven},
        responses={201: MilestoneShown},
    )
    def create(self, request: Request) -> Response:
        """Record that an action was done."""

        def write(**given: Any) -> tuple[Milestone, bool]:
            return record_milestone(**given), True

        return self.write(request, MilestoneGiven, write)

    @extend_schema(request=Withdrawal, responses={201: MilestoneShown})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Take it back; both stay readable, and the action may be recorded again."""
        return self.take_back(request)
