"""Conventions with their versions, and the commitments in force today."""

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from api.resources import Resource
from api.shapes import Shown
from gup.conventions.enums import PauseReasonChoice
from gup.conventions.models import Commitment, Convention, ConventionVersion
from gup.conventions.visibility import conventions_visible_to, versions_visible_to


class VersionShown(Shown[ConventionVersion]):
    quartiers = serializers.SlugRelatedField[ConventionVersion](slug_field="slug", many=True, read_only=True)
    is_in_force = serializers.SerializerMethodField()

    class Meta:
        model = ConventionVersion
        fields = [
            "number",
            "label",
            "in_force_from",
            "in_force_until",
            "is_in_force",
            "applies_to_open",
            "quartiers",
            "philosophy",
        ]
        read_only_fields = ["label"]

    def get_is_in_force(self, version: ConventionVersion) -> bool:
        return version.is_in_force(timezone.now())


class CommitmentShown(Shown[Commitment]):
    """Which fields speak depends on `kind`. `target` is in seconds, or in days when `basis` counts days."""

    version = serializers.IntegerField(source="version.number")
    responsible = serializers.CharField(source="responsible.slug")
    category = serializers.CharField(source="category.slug", allow_null=True)
    residence = serializers.CharField(source="residence.slug", allow_null=True)
    calendar = serializers.CharField(source="calendar.slug", allow_null=True)
    pausing_reasons = serializers.ListField(child=serializers.ChoiceField(choices=PauseReasonChoice.choices))

    class Meta:
        model = Commitment
        fields = [
            "id",
            "version",
            "kind",
            "label",
            "note",
            "responsible",
            "threshold_percent",
            "category",
            "priority",
            "residence",
            "stage",
            "basis",
            "target",
            "calendar",
            "pausing_reasons",
            "reopening_window_days",
            "times",
            "period",
            "proof",
            "equipment",
            "min_rate",
            "grid",
            "scale",
            "threshold_score",
            "walks_per_year",
            "due_on",
            "indicator",
        ]


class ConventionShown(Shown[Convention]):
    organisation = serializers.CharField(source="organisation.slug")
    versions = VersionShown(many=True)

    class Meta:
        model = Convention
        fields = ["slug", "name", "organisation", "timezone", "is_illustrative", "is_annex", "versions"]


class ConventionInFull(ConventionShown):
    commitments = serializers.SerializerMethodField(help_text="Les engagements en vigueur aujourd'hui.")

    class Meta(ConventionShown.Meta):
        fields = [*ConventionShown.Meta.fields, "commitments"]

    @extend_schema_field(CommitmentShown(many=True))
    def get_commitments(self, convention: Convention) -> list[dict[str, object]]:
        now = timezone.now()
        versions = [version for version in convention.versions.all() if version.is_in_force(now)]
        commitments = Commitment.objects.filter(version__in=versions).select_related(
            "version", "responsible", "category", "residence", "calendar"
        )
        return [dict(CommitmentShown(commitment).data) for commitment in commitments]


class ConventionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Convention]):
    """The conventions that bind somebody in the places that the caller may see."""

    queryset = Convention.objects.none()
    serializer_class = ConventionShown
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Convention]:
        user = self.request.user
        versions = versions_visible_to(user).select_related("convention").prefetch_related("quartiers")
        return (
            conventions_visible_to(user)
            .select_related("organisation")
            .prefetch_related(Prefetch("versions", versions.order_by("number")))
        )

    def get_serializer_class(self) -> type[ConventionShown]:
        return ConventionInFull if self.action == "retrieve" else ConventionShown
