"""The clocks behind a figure of the review, and the DSU's arbitration of those that were missed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gup.desk.compliance import CLOCK_READERS, Asked, asked_of
from gup.desk.people import the_user
from gup.incidents.arbitrating import arbitrate_together
from gup.incidents.errors import Refused
from gup.incidents.models import Clock
from gup.partners.models import User
from gup.partners.scope import DSU_ROLES, has_role
from gup.reports.review import clocks_behind
from gup.service_levels.stages import Verdict

PER_PAGE = 50
# What a key of the database may be written with: a longer one is nobody's.
LONGEST_KEY = 19


class ArbitrationForm(forms.Form):
    text = forms.CharField(
        label="Motif de l'arbitrage",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
        help_text="Force majeure, accès refusé, compétence mal attribuée : le motif est lu par le bailleur.",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clocks(request: HttpRequest) -> HttpResponse:
    """The list behind a figure: the same query, the same verdicts. Confidential incidents are counted, not named."""
    user = the_user(request)
    if not has_role(user, CLOCK_READERS if request.method != "POST" else DSU_ROLES):
        raise PermissionDenied
    asked = asked_of(request, user)
    if request.method == "POST":
        return _arbitrate(request, user, asked)
    return _page(request, user, asked, ArbitrationForm())


def _arbitrate(request: HttpRequest, user: User, asked: Asked) -> HttpResponse:
    """Excuse what was ticked, then show the same list again: the address still says which one it was."""
    form, ticked = ArbitrationForm(request.POST), set(request.POST.getlist("clock"))
    keys = [each for each in ticked if each.isdecimal() and len(each) < LONGEST_KEY]
    chosen = list(Clock.objects.filter(pk__in=keys).select_related("incident__category"))
    if len(chosen) != len(ticked):
        raise Http404
    if form.is_valid():
        try:
            count = arbitrate_together(chosen, by=user, at=asked.now, text=form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            said = "1 délai est excusé." if count == 1 else f"{count} délais sont excusés."
            messages.success(request, f"{said} Le taux contractuel ne change pas.")
            return redirect(f"{reverse('compliance-clocks')}?{request.GET.urlencode()}")
    return _page(request, user, asked, form, ticked, status=400)


def _page(
    request: HttpRequest,
    user: User,
    asked: Asked,
    arbitration: ArbitrationForm,
    ticked: set[str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    rows = clocks_behind(asked.review(user), asked.account, asked.verdict)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "month": asked.month,
        "party": asked.form.cleaned_data.get("party") if asked.form.is_valid() else None,
        "account": asked.account,
        "verdict": asked.verdict,
        "query": query.urlencode(),
        "form": arbitration,
        "ticked": ticked or set(),
        "may_arbitrate": has_role(user, DSU_ROLES)
        and any(counted == Verdict.MISSED and not clock.is_excused for clock, _, counted in page),
        "missed": Verdict.MISSED,
    }
    wrong = not asked.form.is_valid()
    return render(request, "desk/compliance_clocks.html", context, status=400 if wrong else status)
