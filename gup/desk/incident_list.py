"""The list of incidents: what is filtered is what is shown, most pressing first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from gup.desk.incident_filter import Listed, listed
from gup.desk.people import the_user
from gup.desk.saved_views import SaveForm, views_of
from gup.incidents.bulk import MOST, sayable
from gup.incidents.facets import Choice, Counted
from gup.incidents.keyset import ForeignCursor, cursor_of, page_of
from gup.incidents.models import Incident

PER_PAGE = 30
# Past this many choices, a facet scrolls in its own box.
LONG = 12


@login_required
def incidents(request: HttpRequest) -> HttpResponse:
    """The page; only its results where htmx asks for them."""
    user, now = the_user(request), timezone.now()
    asked = listed(user, request.GET, now)
    rows, following = _page(asked, request.GET.get("suite", ""))
    total, facets = asked.counts
    context = {
        "form": asked.form,
        "rows": rows,
        "total": total,
        "facets": [each for each in facets if each.is_used or any(choice.count < total for choice in each.choices)],
        "chosen": _chosen(asked, facets),
        "following": following,
        "is_first_page": "suite" not in request.GET,
        "query": asked.query,
        "hidden": [(name, value) for name, values in QueryDict(asked.query).lists() for value in values],
        "views": views_of(user, asked.query),
        "save_form": SaveForm(initial={"query": asked.query}, auto_id="vue_%s"),
        "verbs": list(sayable(user, rows)),
        "most": MOST,
        "now": now,
        "long": LONG,
    }
    is_fragment = bool(getattr(request, "htmx", False))
    template = "desk/incidents_results.html" if is_fragment else "desk/incidents.html"
    answer = render(request, template, context, status=200 if asked.form.is_valid() else 400)
    # A fragment is never given for the page: the browser's own history asks for the whole.
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _page(asked: Listed, cursor: str) -> tuple[list[Incident], str]:
    """The rows after the cursor, and the cursor of the page that follows (empty at the end)."""
    order = asked.asked.order
    if not asked.is_right:
        return [], ""
    try:
        rows = page_of(asked.found.for_lists(), order, cursor, PER_PAGE + 1)
    except ForeignCursor as foreign:
        asked.form.add_error(None, str(foreign))
        return [], ""
    if len(rows) <= PER_PAGE:
        return rows, ""
    rows = rows[:PER_PAGE]
    return rows, cursor_of(rows[-1], order)


def _chosen(asked: Listed, facets: list[Counted]) -> list[tuple[str, str, str]]:
    """What narrows the list, each with the address of the list without it."""
    found = [(facet, choice) for facet in facets for choice in facet.choices if choice.is_chosen]
    return [(facet.facet.label, choice.label, _without(asked, facet, choice)) for facet, choice in found]


def _without(asked: Listed, facet: Counted, choice: Choice) -> str:
    kept = asked.form.given.copy()
    name = facet.facet.value
    kept.setlist(name, [value for value in kept.getlist(name) if value != choice.value])
    kept.pop("suite", None)
    return str(kept.urlencode())
