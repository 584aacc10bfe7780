"""Who may knock at the door. What a person sees is `visible_to`, what she may do is `allowed_actions`: nothing here."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from gup.incidents.enums import Status, Verb
from gup.incidents.lifecycle import TRANSITIONS
from gup.incidents.models import Incident
from gup.partners.models import User
from gup.partners.scope import REPORTING_ROLES, has_role, is_dsu


def caller(request: Request) -> User:
    """The person who asks. Raises NotAuthenticated when there is none."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class MayReport(BasePermission):
    """Opening an incident: those who live or work in a residence, and the DSU; the committee only reads."""

    message = "Votre rôle ne permet pas d'ouvrir un signalement."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return getattr(view, "action", "") != "create" or has_role(request.user, REPORTING_ROLES)


class MayDeclare(BasePermission):
    """Reading is everybody's; declaring a cyclone alert, or its end, the DSU's."""

    message = "Seul le DSU déclare une vigilance cyclonique et y met fin."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or is_dsu(request.user)


class MaySayVerb(BasePermission):
    """The verb of the action, to this incident: said before the body is judged.

    A verb that the state forbids to everybody passes: the domain answers it, with what is possible instead.
    """

    def has_object_permission(self, request: Request, view: APIView, obj: Incident) -> bool:
        verb = view.verb_of_request()  # type: ignore[attr-defined]
        if verb is None or Status(obj.status) not in TRANSITIONS[verb].moves:
            return True
        allowed = obj.allowed_actions(request.user)
        possible = ", ".join(f"« {each.label} »" for each in allowed) or "aucune action"
        self.message = (
            f"« {Verb(verb).label} » ne vous est pas ouvert sur cet incident. Possible pour vous : {possible}."
        )
        return verb in allowed
