"""The verbs of an incident, one action each: fetch what is visible, say the verb, answer the incident as it became."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import verb_shapes as shapes
from api.addresses import IF_MATCH
from api.etags import expect_match
from api.parsing import StrictForm, StrictJson
from api.permissions import caller
from api.photos import refuse_too_large
from api.shapes import Given
from gup.incidents.enums import Verb
from gup.incidents.undoing import undo


def verb_action(
    verb: Verb, shape: type[Given], *, with_proof: bool = False
) -> Callable[[Callable[..., Response]], Any]:
    """An action at the verb's address, with the shape it takes and the incident it answers.

    `with_proof`: a form may say it too, and bring photos along.
    """
    takes = {"application/json": shape} | ({"multipart/form-data": shape} if with_proof else {})
    parsers: dict[str, Any] = {"parser_classes": [StrictJson, StrictForm]} if with_proof else {}
    address = verb.value.replace("_", "-")

    def decorate(method: Callable[..., Response]) -> Any:
        told = extend_schema(
            summary=verb.label,
            description=f"« {verb.label} » : la réponse est l'incident tel qu'il est devenu.",
            parameters=[IF_MATCH],
            request=takes,
        )
        routed = action(detail=True, methods=["post"], url_path=address, url_name=address, verb=verb, **parsers)
        return told(routed(method))

    return decorate


class VerbActions:
    """Mixed into the incidents' viewset, which gives `get_object` and `answer`."""

    # Set by each action's own options; None for what is no verb.
    verb: Verb | None = None

    def verb_of_request(self) -> Verb | None:
        return self.verb

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.verb is not None:
            refuse_too_large(request, field="proof", photos=shapes.MAX_PROOFS)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    @verb_action(Verb.ACKNOWLEDGE, shapes.Words)
    def acknowledge(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Words)

    @verb_action(Verb.ATTEND, shapes.Words)
    def attend(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Words)

    @verb_action(Verb.MAKE_SAFE, shapes.Words)
    def make_safe(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Words)

    @verb_action(Verb.PLAN, shapes.Plan)
    def plan(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Plan)

    @verb_action(Verb.HOLD, shapes.Hold)
    def hold(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Hold)

    @verb_action(Verb.RESUME, shapes.Words)
    def resume(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Words)

    @verb_action(Verb.RESOLVE, shapes.Resolve, with_proof=True)
    def resolve(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Resolve)

    @verb_action(Verb.DECLINE, shapes.Decline)
    def decline(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Decline)

    @verb_action(Verb.CONFIRM, shapes.Words)
    def confirm(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Words)

    @verb_action(Verb.CONTEST, shapes.Contest, with_proof=True)
    def contest(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Contest)

    @verb_action(Verb.REOPEN, shapes.OwedWords)
    def reopen(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.OwedWords)

    @verb_action(Verb.TRANSFER, shapes.Transfer)
    def transfer(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Transfer)

    @verb_action(Verb.PROPOSE_TRANSFER, shapes.Transfer)
    def propose_transfer(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Transfer)

    @verb_action(Verb.MERGE, shapes.Merge)
    def merge_into(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Merge)

    @verb_action(Verb.UNMERGE, shapes.Bare)
    def unmerge(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Bare)

    @verb_action(Verb.REPRIORITISE, shapes.Reprioritise)
    def reprioritise(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Reprioritise)

    @verb_action(Verb.REQUALIFY, shapes.Requalify)
    def requalify(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Requalify)

    @verb_action(Verb.ASSIGN, shapes.Assign)
    def assign(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Assign)

    @verb_action(Verb.ARBITRATE, shapes.Arbitrate)
    def arbitrate(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Arbitrate)

    @verb_action(Verb.COMMENT, shapes.Comment)
    def comment(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Comment)

    @verb_action(Verb.SUPPORT, shapes.Bare)
    def support(self, request: Request, ref: str) -> Response:
        return self._say(request, shapes.Bare)

    @extend_schema(
        summary="Annuler",
        description="Reprendre sa dernière parole, pendant une minute : la réponse est l'incident redevenu.",
        parameters=[IF_MATCH],
        request=shapes.Bare,
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, ref: str) -> Response:
        user, incident = caller(request), self.get_object()  # type: ignore[attr-defined]
        expect_match(request, incident)
        shapes.Bare(data=request.data).is_valid(raise_exception=True)
        undo(incident, by=user, at=timezone.now())
        answer: Response = self.answer(incident)  # type: ignore[attr-defined]
        return answer

    def _say(self, request: Request, shape: type[Given]) -> Response:
        """Say the verb of the address, whose method on the incident bears the same name."""
        user, incident = caller(request), self.get_object()  # type: ignore[attr-defined]
        expect_match(request, incident)
        given = shape(data=request.data, context={"user": user, "incident": incident})
        given.is_valid(raise_exception=True)
        method: Callable[..., object] = getattr(incident, str(self.verb))
        method(by=user, at=timezone.now(), **given.validated_data)
        answer: Response = self.answer(incident)  # type: ignore[attr-defined]
        return answer
