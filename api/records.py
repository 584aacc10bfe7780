"""What passages, walks and actions have in common: written once, corrected by a later one, with a file or not."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api.files import private_file
from api.pagination import NewestFirst
from api.parsing import StrictForm, StrictJson
from api.permissions import caller
from api.photos import PhotoField, refuse_too_large
from api.rendering import WhateverIsAsked
from api.resources import Resource
from api.shapes import Among, Given, Shown
from gup.conventions.enums import CommitmentKind
from gup.inspections.enums import EvidenceType
from gup.inspections.evidence import EXTENSIONS
from gup.inspections.models import Record
from gup.inspections.recording import MAX_NOTE, MAX_REASON, Correction, withdraw
from gup.inspections.rights import RECORDING_ROLES, commitments_to_record
from gup.partners.scope import has_role, places_of

Kept = TypeVar("Kept", bound=Record)

COMMON = [
    "uuid",
    "commitment",
    "commitment_label",
    "organisation",
    "recorded_by",
    "recorded_at",
    "note",
    "evidence",
    "evidence_type",
    "corrects",
    "reason",
    "is_withdrawal",
    "corrected_by",
]
SIGNED = ("commitment", "organisation", "recorded_by", "corrects", "correction")


class RecordShown(Shown[Kept]):
    commitment = serializers.IntegerField(source="commitment_id")
    commitment_label = serializers.CharField(source="commitment.label")
    organisation = serializers.CharField(source="organisation.slug")
    recorded_by = serializers.CharField()
    evidence = serializers.SerializerMethodField(help_text="L'adresse du fichier, s'il y en a un.")
    evidence_type = serializers.ChoiceField(choices=EvidenceType.choices, allow_blank=True)
    corrects = serializers.UUIDField(source="corrects.uuid", allow_null=True, help_text="Ce que celui-ci remplace.")
    corrected_by = serializers.SerializerMethodField(help_text="Ce qui le remplace ; vide, il compte.")

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_evidence(self, record: Record) -> str | None:
        if not record.evidence:
            return None
        route = f"api:{type(record).__name__.lower()}-evidence"
        return reverse(route, kwargs={"uuid": record.uuid}, request=self.context["request"])

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_corrected_by(self, record: Any) -> str | None:
        correction = getattr(record, "correction", None)
        return None if correction is None else str(correction.uuid)


class Promised(serializers.IntegerField):
    """The number of a commitment of a kind, in force today, that the caller may record something of."""

    def __init__(self, kind: CommitmentKind) -> None:
        super().__init__(help_text="Le numéro de l'engagement.")
        self.kind = kind

    def to_internal_value(self, data: Any) -> Any:
        number = super().to_internal_value(data)
        open_to = commitments_to_record(self.context["user"], self.kind, timezone.localdate())
        found = open_to.filter(pk=number).first()
        if found is None:
            raise serializers.ValidationError("Engagement inconnu, ou qui n'est pas le vôtre.")
        return found


def visible_residence() -> Among:
    return Among(lambda context: places_of(context["user"]), key="slug", unknown="Résidence inconnue.")


class RecordGiven(Given):
    """`corrects` and `reason` go together: the record replaces that one, and says why."""

    evidence = PhotoField(required=False)
    note = serializers.CharField(max_length=MAX_NOTE, required=False, allow_blank=True)
    corrects = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=MAX_REASON, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["data"] = attrs.pop("evidence", b"")
        former, reason = attrs.pop("corrects", None), attrs.pop("reason", "")
        attrs["correction"] = None
        if former is not None:
            found = self.context["records"].filter(uuid=former).first()
            if found is None:
                raise serializers.ValidationError({"corrects": "Cet enregistrement n'existe pas, ou pas pour vous."})
            attrs["correction"] = Correction(found, reason)
        elif reason:
            raise serializers.ValidationError({"reason": "Un motif de correction, sans ce qui est corrigé."})
        return attrs


class Withdrawal(Given):
    reason = serializers.CharField(max_length=MAX_REASON)


class MayRecord(BasePermission):
    """Writing: whoever promised, and the DSU; which promise is the domain's to judge."""

    message = "Votre rôle ne permet pas d'enregistrer ce qui a été fait."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or has_role(request.user, RECORDING_ROLES)


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Kept]):
    """Subclasses give the model, what it shows and takes (`given`), and the verb that writes it."""

    permission_classes = [IsAuthenticated, MayRecord]
    pagination_class = NewestFirst
    content_negotiation_class = WhateverIsAsked
    parser_classes = [StrictJson, StrictForm]
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_large(request, field="evidence")
        super().initial(request, *args, **kwargs)

    def write(self, request: Request, shape: type[Given], verb: Callable[..., tuple[Kept, bool]]) -> Response:
        """Read the body, say the verb, answer the record: 201, or 200 when it was already there."""
        user = caller(request)
        given = shape(data=request.data, context={"user": user, "records": self.get_queryset()})
        given.is_valid(raise_exception=True)
        record, is_new = verb(by=user, at=timezone.now(), **given.validated_data)
        return self._answer(record, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def evidence(self, request: Request, uuid: str) -> FileResponse:
        """The file that shows it: a JPEG without metadata, or a PDF."""
        record = self.get_object()
        kind = EvidenceType(record.evidence_type) if record.evidence else EvidenceType.PDF
        name = f"{record.uuid}.{EXTENSIONS[kind]}"
        is_photo = kind == EvidenceType.PHOTO
        return private_file(record.evidence, name=name, content_type=kind.value, inline=is_photo)

    def take_back(self, request: Request) -> Response:
        """Withdraw the record of the address, with a reason."""
        record, given = self.get_object(), Withdrawal(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        record = withdraw(record, by=caller(request), at=timezone.now(), reason=reason)
        return self._answer(record, status.HTTP_201_CREATED)

    def _answer(self, record: Kept, code: int) -> Response:
        fresh = self.get_queryset().get(pk=record.pk)
        return Response(self.get_serializer(fresh).data, status=code)
