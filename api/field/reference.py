"""All that a phone needs to know before it goes where there is no network."""

import hashlib
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.field.door import FieldView
from api.permissions import caller
from api.rendering import as_json
from gup.conventions.enums import CategoryVisibility, CommitmentKind, PauseReasonChoice
from gup.conventions.models import Category
from gup.incidents.enums import DECLINING_REASONS
from gup.incidents.verbs import REASONS_FOR_HANDLERS
from gup.inspections.perimeter import residences_covered
from gup.inspections.rights import commitments_to_record
from gup.partners.models import Management, User
from gup.partners.scope import REPORTING_ROLES, places_of
from gup.places.models import QrCode, Residence
from gup.posters.sheet import EMERGENCIES


class SpotLine(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()


class CodeShown(serializers.Serializer[Any]):
    sha256 = serializers.CharField(help_text="L'empreinte du code de l'affiche : elle le reconnaît sans le dire.")
    spot = serializers.IntegerField(allow_null=True)


class PlaceShown(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    quartier = serializers.CharField()
    on_call_phone = serializers.CharField(allow_blank=True)
    spots = SpotLine(many=True)
    codes = CodeShown(many=True)


class KindShown(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    family = serializers.CharField()
    family_name = serializers.CharField()
    is_confidential = serializers.BooleanField()


class ReasonShown(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class PromiseShown(serializers.Serializer[Any]):
    commitment = serializers.IntegerField()
    name = serializers.CharField()
    residences = serializers.ListField(child=serializers.CharField())


class NumberShown(serializers.Serializer[Any]):
    number = serializers.CharField()
    name = serializers.CharField()


class ReferenceShown(serializers.Serializer[Any]):
    residences = PlaceShown(many=True)
    categories = KindShown(many=True)
    hold_reasons = ReasonShown(many=True)
    decline_reasons = ReasonShown(many=True)
    passages = PromiseShown(many=True)
    emergency = NumberShown(many=True)


class ReferenceView(FieldView):
    @extend_schema(operation_id="field_reference", responses=ReferenceShown)
    def get(self, request: Request) -> Response:
        """Places, nomenclature, reasons and promised passages. Answers 304 to the ETag it gave."""
        reference = _reference(caller(request))
        tag = f'"{hashlib.sha256(as_json(reference)).hexdigest()[:32]}"'
        # Proxies that compress turn "7" into W/"7"; what is behind it is the same.
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(reference, headers={"ETag": tag})


def _reference(user: User) -> dict[str, Any]:
    places = places_of(user, as_roles=REPORTING_ROLES).select_related("quartier").prefetch_related("spots")
    categories = Category.objects.filter(parent__isnull=False).select_related("parent")
    return {
        "residences": _places(list(places)),
        "categories": [
            {
                "slug": each.slug,
                "name": each.name,
                "family": each.family.slug,
                "family_name": each.family.name,
                "is_confidential": each.visibility == CategoryVisibility.CONFIDENTIAL,
            }
            for each in categories
        ],
        "hold_reasons": [
            {"value": each.value, "label": each.label} for each in PauseReasonChoice if each in REASONS_FOR_HANDLERS
        ],
        "decline_reasons": [{"value": each.value, "label": each.label} for each in DECLINING_REASONS],
        "passages": _promises(user),
        "emergency": [{"number": number, "name": name} for number, name in EMERGENCIES],
    }


def _places(residences: list[Residence]) -> list[dict[str, Any]]:
    managed = Management.objects.on(timezone.localdate()).filter(residence__in=residences).select_related("bailleur")
    on_call = {each.residence_id: each.bailleur.on_call_phone for each in managed}
    codes = _codes(residences)
    return [
        {
            "slug": each.slug,
            "name": each.name,
            "quartier": each.quartier.name,
            "on_call_phone": on_call.get(each.pk, ""),
            "spots": [{"id": spot.pk, "name": spot.name, "kind": spot.kind} for spot in each.spots.all()],
            "codes": codes[each.pk],
        }
        for each in residences
    ]


def _codes(residences: list[Residence]) -> dict[int, list[dict[str, Any]]]:
    """The digests of the codes in service. A phone that knew the codes could prove a passage from anywhere."""
    found: dict[int, list[dict[str, Any]]] = {each.pk: [] for each in residences}
    for code in QrCode.objects.filter(residence__in=residences, revoked_at=None).order_by("pk"):
        digest = hashlib.sha256(code.code.encode()).hexdigest()
        found[code.residence_id].append({"sha256": digest, "spot": code.spot_id})
    return found


def _promises(user: User) -> list[dict[str, Any]]:
    """What this person may record a passage of, and where."""
    today, mine = timezone.localdate(), places_of(user)
    return [
        {
            "commitment": each.pk,
            "name": each.label,
            "residences": list(residences_covered(each, today).filter(pk__in=mine).values_list("slug", flat=True)),
        }
        for each in commitments_to_record(user, CommitmentKind.RECURRENCE, today)
    ]
