"""How a phone comes in, and whom it speaks for."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.field.door import FieldView
from api.permissions import caller
from api.shapes import Given, Instant, Shown
from gup.partners.device_models import Device
from gup.partners.devices import MAX_NAME, enrol
from gup.partners.enums import Role
from gup.partners.scope import REPORTING_ROLES, has_role, memberships_of

MAX_CODE = 40


class CodeGiven(Given):
    code = serializers.CharField(max_length=MAX_CODE, help_text="Le code affiché par l'espace partenaire.")
    name = serializers.CharField(max_length=MAX_NAME, help_text="Comment reconnaître cet appareil.")


class DeviceShown(Shown[Device]):
    class Meta:
        model = Device
        fields = ["id", "name"]


class EnrolledShown(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Dit cette seule fois.")
    device = DeviceShown()


class BearerShown(serializers.Serializer[Any]):
    person = serializers.CharField()
    organisation = serializers.CharField(allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    may_report = serializers.BooleanField()
    device = DeviceShown()
    server_time = Instant()


class EnrolView(FieldView):
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="field_enrol", request=CodeGiven, responses={201: EnrolledShown})
    def post(self, request: Request) -> Response:
        """Exchange a code of one use for this phone's token."""
        given = CodeGiven(data=request.data)
        given.is_valid(raise_exception=True)
        device, token = enrol(**given.validated_data, at=timezone.now())
        return Response({"token": token, "device": DeviceShown(device).data}, status=status.HTTP_201_CREATED)


class BearerView(FieldView):
    @extend_schema(operation_id="field_me", responses=BearerShown)
    def get(self, request: Request) -> Response:
        """The person this phone speaks for, and our clock."""
        user = caller(request)
        memberships = memberships_of(user)
        return Response(
            {
                "person": str(user),
                "organisation": memberships[0].organisation.short_name if memberships else None,
                "roles": sorted({membership.role for membership in memberships}),
                "may_report": has_role(user, REPORTING_ROLES),
                "device": DeviceShown(cast("Device", request.auth)).data,
                "server_time": timezone.now(),
            }
        )
