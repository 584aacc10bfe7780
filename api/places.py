"""Quartiers, residences and spots: where an incident can be."""

from django.db.models import OuterRef, QuerySet, Subquery
from rest_framework import mixins, serializers

from api.filters import ResidenceFilters, SpotFilters
from api.resources import Resource
from api.shapes import Shown
from gup.partners.models import Management
from gup.partners.scope import places_of
from gup.places.models import Quartier, Residence, Spot


class QuartierShown(Shown[Quartier]):
    perimeter = serializers.CharField(source="perimeter.slug")
    perimeter_name = serializers.CharField(source="perimeter.name")

    class Meta:
        model = Quartier
        fields = ["slug", "name", "perimeter", "perimeter_name", "sector", "was_zus"]


class QuartierViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Quartier]):
    """The quartiers of the framework convention, the same for everybody."""

    queryset = Quartier.objects.select_related("perimeter")
    serializer_class = QuartierShown
    lookup_field = "slug"


class ResidenceShown(Shown[Residence]):
    quartier = serializers.CharField(source="quartier.slug")
    quartier_name = serializers.CharField(source="quartier.name")
    bailleur = serializers.CharField(allow_null=True, help_text="Le bailleur en place, s'il y en a un.")

    class Meta:
        model = Residence
        fields = ["slug", "name", "quartier", "quartier_name", "bailleur", "dwellings", "is_demonstration", "source"]


class ResidenceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Residence]):
    """The residences that the caller may see."""

    queryset = Residence.objects.none()
    serializer_class = ResidenceShown
    filterset_class = ResidenceFilters
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Residence]:
        in_place = Management.objects.filter(residence=OuterRef("pk"), until__isnull=True)
        return (
            places_of(self.request.user)
            .select_related("quartier")
            .annotate(bailleur=Subquery(in_place.values("bailleur__slug")[:1]))
        )


class SpotShown(Shown[Spot]):
    residence = serializers.CharField(source="residence.slug")

    class Meta:
        model = Spot
        fields = ["id", "residence", "kind", "name", "parent"]


class SpotViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Spot]):
    """The places inside the residences that the caller may see."""

    queryset = Spot.objects.none()
    serializer_class = SpotShown
    filterset_class = SpotFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Spot]:
        return Spot.objects.filter(residence__in=places_of(self.request.user)).select_related("residence")
