"""Incidents: the list by due, one in full, and the opening of a new one."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.addresses import IDEMPOTENCY_KEY, REF
from api.clocks import ClockShown
from api.etags import etag
from api.filters import IncidentFilters
from api.idempotency import answer_once
from api.incident_verbs import VerbActions
from api.pagination import ByDue
from api.permissions import MayReport, MaySayVerb, caller
from api.resources import Resource, note_reading
from api.shapes import Among, Given, Instant, Shown
from gup.conventions.models import Category
from gup.incidents.enums import Channel, ClosureReason, Verb
from gup.incidents.intake import MAX_TITLE, open_incident
from gup.incidents.models import Incident
from gup.incidents.words import MAX_TEXT
from gup.partners.scope import places_of


class IncidentLine(Shown[Incident]):
    """A line of the list. Lists read these same fields straight from the query, without a model a row."""

    residence = serializers.CharField(source="residence.slug")
    residence_name = serializers.CharField(source="residence.name")
    quartier = serializers.CharField(source="residence.quartier.slug")
    spot = serializers.IntegerField(source="spot_id", allow_null=True)
    spot_name = serializers.CharField(source="spot.name", allow_null=True)
    category = serializers.CharField(source="category.slug")
    category_name = serializers.CharField(source="category.name")
    family = serializers.CharField(source="category.parent.slug")
    bailleur = serializers.CharField(source="bailleur.slug")
    responsible = serializers.CharField(source="responsible.slug")

    class Meta:
        model = Incident
        fields = [
            "ref",
            "title",
            "status",
            "priority",
            "residence",
            "residence_name",
            "quartier",
            "spot",
            "spot_name",
            "category",
            "category_name",
            "family",
            "bailleur",
            "responsible",
            "is_confidential",
            "due_at",
            "reported_at",
            "planned_for",
            "resolved_at",
            "closed_at",
            "is_proven",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


# Where each field of a line is read from, as the query names it.
LINE = {str(name): str(field.source).replace(".", "__") for name, field in IncidentLine().fields.items()}


class IncidentShown(IncidentLine):
    """One incident in full, with what the caller may do to it now."""

    convention = serializers.CharField(
        source="convention_version.convention.slug", allow_null=True, help_text="Vide : hors convention."
    )
    convention_version = serializers.IntegerField(source="convention_version.number", allow_null=True)
    reporter_organisation = serializers.CharField(source="reporter_organisation.slug", allow_null=True)
    assigned_to = serializers.CharField(source="assigned_to.full_name", allow_null=True)
    merged_into = serializers.CharField(source="merged_into.ref", allow_null=True)
    closure_reason = serializers.ChoiceField(choices=ClosureReason.choices, allow_blank=True)
    supporters = serializers.IntegerField(source="supporters.count")
    allowed_actions = serializers.SerializerMethodField(help_text="Les verbes possibles maintenant pour vous.")
    clocks = serializers.SerializerMethodField()

    class Meta(IncidentLine.Meta):
        fields = [
            *IncidentLine.Meta.fields,
            "description",
            "channel",
            "received_at",
            "confirmed_at",
            "closure_reason",
            "convention",
            "convention_version",
            "reporter_organisation",
            "assigned_to",
            "merged_into",
            "supporters",
            "allowed_actions",
            "clocks",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Verb.choices)))
    def get_allowed_actions(self, incident: Incident) -> list[str]:
        return [verb.value for verb in incident.allowed_actions(self.context["request"].user)]

    @extend_schema_field(ClockShown(many=True))
    def get_clocks(self, incident: Incident) -> list[Any]:
        clocks = incident.clocks.select_related("party", "commitment")
        return [ClockShown(clock, context=self.context).data for clock in clocks]


class IncidentGiven(Given):
    """What a reporter says. The rest (status, priority, bailleur, who answers, dates of receipt) is the server's."""

    residence = Among(lambda context: places_of(context["user"]), key="slug", unknown="Résidence inconnue.")
    spot = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    category = Among(
        lambda context: Category.objects.select_related("parent", "default_party"),
        key="slug",
        unknown="Catégorie inconnue.",
    )
    title = serializers.CharField(max_length=MAX_TITLE)
    description = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    reported_at = Instant(required=False, allow_null=True, help_text="7 jours en arrière au plus.")
    reporter_email = serializers.EmailField(required=False, allow_blank=True)
    is_confidential = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        spot_id = attrs.get("spot")
        if spot_id is not None:
            attrs["spot"] = attrs["residence"].spots.filter(pk=spot_id).first()
            if attrs["spot"] is None:
                raise serializers.ValidationError({"spot": "Ce lieu n'est pas dans la résidence."})
        return attrs


class IncidentViewSet(VerbActions, Resource[Incident]):
    """The incidents that the caller may see. Each verb is an address of its own: `POST /incidents/{ref}/resolve`."""

    queryset = Incident.objects.none()
    serializer_class = IncidentShown
    filterset_class = IncidentFilters
    pagination_class = ByDue
    permission_classes = [IsAuthenticated, MayReport, MaySayVerb]
    lookup_field = "ref"
    lookup_value_regex = REF

    def get_queryset(self) -> QuerySet[Incident]:
        visible: QuerySet[Incident] = Incident.objects.visible_to(self.request.user)
        return visible

    @extend_schema(responses=IncidentLine(many=True))
    def list(self, request: Request) -> Response:
        """Most pressing first; what has no due comes last."""
        # due_at and id are what the cursor is made of.
        found = self.filter_queryset(self.get_queryset()).values("id", *LINE.values())
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([{name: row[path] for name, path in LINE.items()} for row in page])

    def retrieve(self, request: Request, ref: str) -> Response:
        """One incident. Its ETag is its version: send it back in If-Match with a verb."""
        incident = self.get_object()
        note_reading(request, incident)
        return self.answer(incident)

    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=IncidentGiven, responses={201: IncidentShown})
    def create(self, request: Request) -> Response:
        """Open an incident."""
        user, now = caller(request), timezone.now()

        def create() -> Response:
            given = IncidentGiven(data=request.data, context={"user": user})
            given.is_valid(raise_exception=True)
            opened = open_incident(by=user, at=now, channel=Channel.API, **given.validated_data)
            return self.answer(opened.incident, code=status.HTTP_201_CREATED)

        return answer_once(request, user, now, create)

    def answer(self, incident: Incident, *, code: int = status.HTTP_200_OK) -> Response:
        """The incident as it stands in the database, with its ETag."""
        fresh = Incident.objects.select_related(
            "residence__quartier",
            "spot",
            "category__parent",
            "bailleur",
            "responsible",
            "convention_version__convention",
            "reporter_organisation",
            "assigned_to",
            "merged_into",
        ).get(pk=incident.pk)
        return Response(self.get_serializer(fresh).data, status=code, headers={"ETag": etag(fresh)})
