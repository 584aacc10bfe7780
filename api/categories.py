"""The nomenclature: 12 families, and the categories that an incident is opened in."""

from rest_framework import mixins, serializers

from api.filters import CategoryFilters
from api.resources import Resource
from api.shapes import Shown
from gup.conventions.models import Category


class CategoryShown(Shown[Category]):
    family = serializers.CharField(source="parent.slug", allow_null=True, help_text="Vide : c'est une famille.")
    default_party = serializers.CharField(
        source="default_party.slug", allow_null=True, help_text="Vide : le bailleur de la résidence."
    )

    class Meta:
        model = Category
        fields = ["slug", "name", "family", "priority", "visibility", "default_party", "order"]


class CategoryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Category]):
    """The nomenclature, the same for everybody."""

    queryset = Category.objects.select_related("parent", "default_party")
    serializer_class = CategoryShown
    filterset_class = CategoryFilters
    lookup_field = "slug"
