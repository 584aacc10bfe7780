"""A verb said in front of the thing, perhaps days before the network heard it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api import verb_shapes
from api.errors import Problem
from api.field.door import FieldView
from api.field.incidents import named
from api.field.once import taken_once
from api.field.shapes import FIELD_VERBS, FieldIncidentShown, told_alone
from api.field.times import SENT_AT, done_at
from api.permissions import caller
from api.shapes import Given, Instant
from gup.incidents.enums import Verb
from gup.incidents.errors import WrongTransition
from gup.incidents.models import Incident
from gup.incidents.words import MAX_TEXT
from gup.partners.models import User

SHAPES: dict[Verb, type[Given]] = {
    Verb.PLAN: verb_shapes.Plan,
    Verb.HOLD: verb_shapes.Hold,
    Verb.DECLINE: verb_shapes.Decline,
    Verb.CONTEST: verb_shapes.OwedWords,
    Verb.COMMENT: verb_shapes.OwedWords,
    Verb.SUPPORT: verb_shapes.Bare,
}


class ActionGiven(serializers.Serializer[Any]):
    """`verb` and `made_at`, and beside them what the verb takes."""

    verb = serializers.ChoiceField(choices=[(verb.value, verb.label) for verb in FIELD_VERBS])
    made_at = Instant(help_text="Quand la personne l'a fait, à l'horloge du téléphone.")
    text = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    reason = serializers.CharField(required=False)
    review_at = Instant(required=False)
    planned_for = Instant(required=False)


class ActedShown(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    incident = FieldIncidentShown()


class ActionView(FieldView):
    @extend_schema(
        operation_id="field_act",
        parameters=[SENT_AT],
        request=ActionGiven,
        responses={201: ActedShown, 200: OpenApiResponse(ActedShown, "Déjà reçu : la même réponse.")},
    )
    def put(self, request: Request, key: str, name: UUID) -> Response:
        """Say a verb. What became impossible meanwhile is a 409 that gives the incident as it stands, in `current`."""
        user, now, incident = caller(request), timezone.now(), named(request, key)

        def take() -> Response:
            said = dict(request.data)
            shape = ActionGiven(data={name: said.pop(name) for name in ("verb", "made_at") if name in said})
            shape.is_valid(raise_exception=True)
            verb = Verb(shape.validated_data["verb"])
            given = SHAPES.get(verb, verb_shapes.Words)(data=said, context={"user": user, "incident": incident})
            given.is_valid(raise_exception=True)
            _say(incident, verb, user, done_at(request, shape.validated_data["made_at"], now), given.validated_data)
            answer = {"uuid": name, "incident": told_alone(incident, user)}
            return Response(answer, status=status.HTTP_201_CREATED)

        return taken_once(request, name, now, take)


def not_before(incident: Incident, at: datetime) -> datetime:
    """The history only goes on: what was done before its last line, and comes after it, is dated from that line."""
    return max(at, incident.updated_at)


def _say(incident: Incident, verb: Verb, user: User, at: datetime, fields: dict[str, Any]) -> None:
    try:
        getattr(incident, verb.value)(by=user, at=not_before(incident, at), **fields)
    except WrongTransition as refusal:
        raise Problem(409, refusal.message, members={"current": told_alone(incident, user)}) from refusal
