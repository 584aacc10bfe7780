"""A passage proven by the QR code of its spot, scanned without network."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.field.door import FieldView
from api.field.once import taken_once
from api.field.times import SENT_AT, done_at
from api.permissions import caller
from api.records import Promised, visible_residence
from api.shapes import Given, Instant
from gup.conventions.enums import CommitmentKind
from gup.inspections.enums import Proof
from gup.inspections.recording import MAX_NOTE, record_passage


class ScanGiven(Given):
    made_at = Instant(help_text="Quand le code a été scanné, à l'horloge du téléphone.")
    commitment = Promised(CommitmentKind.RECURRENCE)
    residence = visible_residence()
    code = serializers.CharField(max_length=300, help_text="Le QR code du lieu.")
    note = serializers.CharField(max_length=MAX_NOTE, required=False, allow_blank=True)


class ScanShown(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    passage = serializers.UUIDField(help_text="Le nom du passage enregistré, ou de celui qu'il répète.")


class PassageView(FieldView):
    @extend_schema(
        operation_id="field_passage",
        parameters=[SENT_AT],
        request=ScanGiven,
        responses={201: ScanShown, 200: OpenApiResponse(ScanShown, "Déjà reçu : la même réponse.")},
    )
    def put(self, request: Request, name: UUID) -> Response:
        """Record a passage; the same code scanned twice within a minute is one passage."""
        user, now = caller(request), timezone.now()

        def take() -> Response:
            given = ScanGiven(data=request.data, context={"user": user})
            given.is_valid(raise_exception=True)
            fields = dict(given.validated_data)
            passed_at = done_at(request, fields.pop("made_at"), now)
            passage, _ = record_passage(by=user, at=now, passed_at=passed_at, proof=Proof.QR, **fields)
            return Response({"uuid": name, "passage": passage.uuid}, status=status.HTTP_201_CREATED)

        return taken_once(request, name, now, take)
