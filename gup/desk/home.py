"""My day: what waits for me, by role, each figure a link to the list it counts."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from gup.desk.home_piles import piles_of, residence_rows, team_rows
from gup.desk.people import the_user
from gup.incidents.concerns import mark_seen, news_since
from gup.incidents.silence import silent_among
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role, is_dsu, places_of
from gup.reports.decided import clocks_visible_to
from gup.reports.enums import ReportStatus
from gup.reports.models import Report
from gup.reports.review import Account, clocks_behind, reviewed
from gup.service_levels.stages import Verdict


@login_required
def home(request: HttpRequest) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    leads, reviews = has_role(user, [Role.MANAGER]), is_dsu(user)
    is_association = has_role(user, [Role.ASSOCIATION])
    reports = Report.objects.visible_to(user).select_related("convention").defer("figures")
    piles = piles_of(user, now)
    context = {
        "piles": piles,
        "quiet": [pile for pile in piles if not pile.count],
        "team": team_rows(user, now) if leads else [],
        "residences": residence_rows(user, now) if leads or is_association else [],
        "silent": silent_among(places_of(user), now) if leads or reviews else None,
        "to_arbitrate": _to_arbitrate(user, now) if reviews else None,
        "drafts": reports.filter(status=ReportStatus.DRAFT) if reviews else [],
        "reports": reports[:4],
        "may_report": is_association,
        "since": news_since(user, now) if is_association else None,
        "now": now,
    }
    return render(request, "desk/home.html", context)


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """She has read what the page showed her: what came after it was made stays new."""
    user, now = the_user(request), timezone.now()
    if not has_role(user, [Role.ASSOCIATION]):
        raise PermissionDenied
    shown = _instant(request.POST.get("upto", ""))
    if shown is None or shown > now:
        messages.error(
            request, "La page ne dit pas jusqu'à quand vous avez lu : rechargez-la, rien n'a été enregistré."
        )
        return redirect("home")
    mark_seen(user, shown)
    return redirect("home")


def _instant(words: str) -> datetime | None:
    """An aware instant as the page wrote it; None for anything else."""
    try:
        found = parse_datetime(words)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


def _to_arbitrate(user: User, now: datetime) -> tuple[int, str]:
    """What the month missed and nobody excused: the very rows of the list that the figure opens."""
    month = timezone.localdate(now).replace(day=1)
    review = reviewed(clocks_visible_to(user), month, timezone=settings.TIME_ZONE, now=now)
    rows = clocks_behind(review, Account.ARBITRATED, Verdict.MISSED)
    figure = f"month={month:%Y-%m}&rate={Account.ARBITRATED}&verdict={Verdict.MISSED}"
    return len(rows), f"{reverse('compliance-clocks')}?{figure}"
