"""Who the caller is: what a client shows, and what it may offer."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.permissions import caller
from api.schema import ResourceSchema
from api.shapes import Shown
from gup.partners.models import Membership, User
from gup.partners.scope import memberships_of


class MembershipShown(Shown[Membership]):
    organisation = serializers.CharField(source="organisation.slug")
    organisation_name = serializers.CharField(source="organisation.name")
    residences = serializers.SlugRelatedField[Membership](
        slug_field="slug", many=True, read_only=True, help_text="Ce à quoi l'appartenance est restreinte."
    )

    class Meta:
        model = Membership
        fields = ["organisation", "organisation_name", "role", "residences"]


class MeShown(Shown[User]):
    memberships = MembershipShown(many=True)

    class Meta:
        model = User
        fields = ["email", "full_name", "is_demonstration", "memberships"]


class MeView(APIView):
    schema = ResourceSchema()

    @extend_schema(responses=MeShown)
    def get(self, request: Request) -> Response:
        """The person who asks, and the memberships in force that give her rights."""
        user = caller(request)
        memberships = MembershipShown(memberships_of(user), many=True).data
        return Response(
            {
                "email": user.email,
                "full_name": user.full_name,
                "is_demonstration": user.is_demonstration,
                "memberships": memberships,
            }
        )
