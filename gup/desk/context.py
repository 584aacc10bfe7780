"""What every page of the desk shows around itself: where one may go, and whether the data is a demonstration."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from gup.conventions.models import CycloneAlert
from gup.desk.help import help_address
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import DSU_ROLES, REPORTING_ROLES, has_role, memberships_of
from gup.posters.places import PRINTING_ROLES

REVIEWING_ROLES = frozenset({Role.MANAGER, Role.COMMITTEE}) | DSU_ROLES
CASEWORK_ROLES = REPORTING_ROLES | {Role.SERVICE}


def desk(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    entries = [("Ma journée", reverse("home"))]
    if has_role(user, CASEWORK_ROLES):
        entries.append(("Incidents", reverse("incidents")))
    if has_role(user, REPORTING_ROLES):
        entries.append(("Signaler", reverse("incident-new")))
    if has_role(user, CASEWORK_ROLES - DSU_ROLES):
        entries.append(("Passages", reverse("passages")))
    if has_role(user, REVIEWING_ROLES):
        entries += [("Engagements", reverse("compliance")), ("Rapports", reverse("reports"))]
    if memberships_of(user):
        entries.append(("Conventions", reverse("conventions")))
    return {
        "nav": [{"label": label, "url": url, "current": _is_current(request.path, url)} for label, url in entries],
        "administers": has_role(user, [Role.ADMINISTRATOR]),
        "second_factor_required": settings.GUP_REQUIRE_SECOND_FACTOR,
        "leads_a_team": has_role(user, [Role.MANAGER]),
        "prints_posters": has_role(user, PRINTING_ROLES),
        "help_address": help_address(user, request.resolver_match.view_name if request.resolver_match else None),
        "demonstration": user.is_demonstration,
        # Read by the page only, and by few: a form that answers a fragment asks nothing.
        "alerts_in_force": CycloneAlert.objects.filter(ended_at__isnull=True).select_related("perimeter"),
    }


def _is_current(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url) and not path.startswith(reverse("incident-new")))
