"""What every address of the field has in common: the phone's token, and answers that no cache keeps."""

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.field.authentication import DeviceAuthentication
from api.schema import ResourceSchema


class FieldView(APIView):
    authentication_classes = [DeviceAuthentication]
    permission_classes = [IsAuthenticated]
    schema = ResourceSchema()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers.setdefault("Cache-Control", "private, no-cache")
        return finished
