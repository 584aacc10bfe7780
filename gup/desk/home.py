"""My day: what waits for me, by role, each figure a link to the list it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gup.desk.people import the_user
from gup.incidents.enums import Status
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role, is_dsu
from gup.reports.models import Report

HANDLING_ROLES = [Role.MANAGER, Role.AGENT, Role.SERVICE]
SHOWN = 8
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pile:
    """A pile of work: its incidents, most pressing first, and the list page that shows the same ones."""

    title: str
    teaches: str
    incidents: list[Incident]
    count: int
    url: str


@login_required
def home(request: HttpRequest) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    context = {
        "piles": [_pile(*pile) for pile in _piles(user, now)],
        "reports": Report.objects.visible_to(user).select_related("convention")[:4],
        "may_report": has_role(user, [Role.ASSOCIATION]),
        "now": now,
    }
    return render(request, "desk/home.html", context)


def _piles(user: User, now: datetime) -> list[tuple[str, str, IncidentQuerySet, str]]:
    """Title, what an empty pile teaches, the incidents, the list's query string."""
    mine = Incident.objects.visible_to(user)
    if has_role(user, [Role.ASSOCIATION]):
        return [
            (
                "Votre réponse est attendue",
                "Quand un bailleur annonce une réparation, vous la confirmez ou la contestez ici.",
                mine.filter(status=Status.RESOLVED),
                "status=resolved",
            ),
            ("En cours dans vos résidences", "Aucun incident ouvert.", mine.in_work(), "state=open"),
        ]
    if is_dsu(user):
        return [
            (
                "Transmissions proposées",
                "Un bailleur qui n'est pas compétent propose ici à qui transmettre.",
                mine.with_transfer_proposed(),
                "state=proposed",
            ),
            ("Délais dépassés", "Aucun délai dépassé en ce moment.", mine.late(now), "state=late"),
            (
                "Hors convention",
                "Tous les incidents ouverts sont couverts par une convention.",
                mine.in_work().filter(convention_version__isnull=True),
                "state=unbound",
            ),
        ]
    if not has_role(user, HANDLING_ROLES):
        return []
    return [
        (
            "À prendre en charge",
            "Rien à prendre en charge : les nouveaux signalements arrivent ici.",
            mine.filter(status__in=[Status.OPENED, Status.REOPENED]).answered_by(user),
            "state=new",
        ),
        ("Délais dépassés", "Aucun délai dépassé.", mine.late(now).answered_by(user), "state=late"),
        (
            "À tenir dans les 24 heures",
            "Aucune échéance dans les 24 heures.",
            mine.in_work().filter(due_at__gte=now, due_at__lt=now + SOON).answered_by(user),
            "state=soon",
        ),
        ("En attente", "Aucun incident en attente.", mine.filter(status=Status.ON_HOLD), "status=on_hold"),
    ]


def _pile(title: str, teaches: str, incidents: IncidentQuerySet, query: str) -> Pile:
    shown = incidents.for_lists().by_due()[:SHOWN]
    return Pile(title, teaches, list(shown), incidents.count(), f"{reverse('incidents')}?{query}")
