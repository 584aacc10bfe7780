"""How the schema tells the API: by resource, each with the problems it may answer."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from api.errors import PROBLEM

VERSION = "v1"


class ProblemErrorShown(serializers.Serializer[Any]):
    field = serializers.CharField()
    message = serializers.CharField()


class ProblemShown(serializers.Serializer[Any]):
    """RFC 9457. `errors` names the fields at fault, where there are some; every sentence is French."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemErrorShown(many=True, required=False)  # type: ignore[assignment]


class ResourceSchema(AutoSchema):
    """The framework's schema, with resources as tags and problems as the default answer."""

    def _tokenize_path(self) -> list[str]:
        return [token for token in super()._tokenize_path() if token != VERSION]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            response = self._get_response_for_code(ProblemShown, "default", [PROBLEM])  # type: ignore[no-untyped-call]
            operation["responses"]["default"] = response
        return operation
