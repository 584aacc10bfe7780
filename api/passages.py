"""Passages: what a recurrence promises, and what proves that somebody came."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import PlacedRecordFilters
from api.records import COMMON, SIGNED, Promised, RecordGiven, RecordShown, RecordViewSet, Withdrawal, visible_residence
from api.shapes import Instant
from gup.conventions.enums import CommitmentKind
from gup.inspections.enums import Proof
from gup.inspections.models import Passage
from gup.inspections.recording import record_passage


class PassageShown(RecordShown[Passage]):
    residence = serializers.CharField(source="residence.slug")
    spot = serializers.IntegerField(source="spot_id", allow_null=True)
    proof = serializers.ChoiceField(choices=Proof.choices, allow_blank=True)

    class Meta:
        model = Passage
        fields = [*COMMON, "residence", "spot", "at", "proof"]


class PassageGiven(RecordGiven):
    commitment = Promised(CommitmentKind.RECURRENCE)
    residence = visible_residence()
    spot = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    passed_at = Instant(required=False, allow_null=True, help_text="7 jours en arrière au plus.")
    proof = serializers.ChoiceField(choices=Proof.choices, allow_blank=True, default="")
    code = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="Le QR code du lieu.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("spot") is not None:
            attrs["spot"] = attrs["residence"].spots.filter(pk=attrs["spot"]).first()
            if attrs["spot"] is None:
                raise serializers.ValidationError({"spot": "Ce lieu n'est pas dans la résidence."})
        return super().validate(attrs)


class PassageViewSet(RecordViewSet[Passage]):
    """The passages recorded in the places that the caller may see, newest first."""

    queryset = Passage.objects.none()
    serializer_class = PassageShown
    filterset_class = PlacedRecordFilters

    def get_queryset(self) -> QuerySet[Passage]:
        visible: QuerySet[Passage] = Passage.objects.visible_to(self.request.user)
        return visible.select_related("residence", *SIGNED)

    @extend_schema(
        request={"application/json": PassageGiven, "multipart/form-data": PassageGiven},
        responses={201: PassageShown, 200: OpenApiResponse(PassageShown, "Ce passage était déjà enregistré.")},
    )
    def create(self, request: Request) -> Response:
        """Record a passage: with the QR code of its spot, a photo, a signed sheet, or as a word that proves nothing."""
        return self.write(request, PassageGiven, record_passage)

    @extend_schema(request=Withdrawal, responses={201: PassageShown})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, uuid: str) -> Response:
        """Take a passage back; both stay readable."""
        return self.take_back(request)
