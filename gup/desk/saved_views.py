"""The lists that a person comes back to: those of her role, and those that she keeps under a name."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.incident_filter import listed, query_of
from gup.desk.people import the_user
from gup.incidents.errors import InvalidInput
from gup.incidents.models import SavedView
from gup.incidents.saved_view_models import MAX_NAME, MAX_QUERY
from gup.incidents.saved_views import move_view, rename_view, save_view
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import BAILLEUR_ROLES, DSU_ROLES, has_role

_HANDLING = BAILLEUR_ROLES | {Role.SERVICE}
# Name, question, and for whom.
BUILT_IN: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Réparations à confirmer", "status=resolved", frozenset({Role.ASSOCIATION})),
    ("À prendre en charge", "state=new", _HANDLING),
    ("Échéance sous 24 h", "state=soon", _HANDLING),
    ("Délai dépassé", "state=late", _HANDLING | DSU_ROLES | {Role.ASSOCIATION}),
    ("En attente", "status=on_hold", _HANDLING),
    ("Transmissions proposées", "state=proposed", DSU_ROLES | {Role.MANAGER}),
    ("Hors convention", "state=unbound", DSU_ROLES),
    ("En retard de plus de 30 jours", "late=more", DSU_ROLES),
)


@dataclass(frozen=True, slots=True)
class View:
    name: str
    query: str
    is_current: bool


class NameForm(forms.Form):
    name = forms.CharField(label="Nom de la vue", max_length=MAX_NAME)


class SaveForm(NameForm):
    query = forms.CharField(widget=forms.HiddenInput, max_length=MAX_QUERY, required=False)


def views_of(user: User, query: str) -> list[View]:
    """Those of her roles, then her own; the one whose question is on screen is current. One query."""
    built_in = [(name, asked) for name, asked, roles in BUILT_IN if has_role(user, roles)]
    own = list(user.saved_views.values_list("name", "query"))
    return [View(name, asked, asked == query) for name, asked in [*built_in, *own]]


@login_required
def saved_views(request: HttpRequest) -> HttpResponse:
    """GET: one's own views, to rename, move and delete. POST: keep one more."""
    user = the_user(request)
    form = SaveForm(request.POST) if request.method == "POST" else SaveForm()
    if request.method == "POST" and form.is_valid():
        query = query_of(QueryDict(form.cleaned_data["query"]))
        if not listed(user, QueryDict(query), timezone.now()).is_right:
            form.add_error(None, "Cette liste a un filtre qui ne peut pas être lu : elle n'est pas gardée.")
        else:
            try:
                view = save_view(user, form.cleaned_data["name"], query)
            except InvalidInput as refusal:
                form.add_error(refusal.field or None, refusal.message)
            else:
                messages.success(request, f"Vue « {view.name} » gardée.")
                return redirect(f"{reverse('incidents')}?{query}")
    return _page(request, form, status=400 if form.errors else 200)


@login_required
@require_POST
def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, move or delete one's own view."""
    view = get_object_or_404(SavedView, user=the_user(request), pk=pk)
    action = request.POST.get("action")
    if action == "delete":
        view.delete()
        messages.success(request, f"Vue « {view.name} » supprimée.")
    elif action in ("up", "down"):
        move_view(view, up=action == "up")
    else:
        form = NameForm(request.POST)
        if not _renamed(form, view):
            return _page(request, form, status=400)
        messages.success(request, f"La vue s'appelle « {view.name} ».")
    return redirect("saved-views")


def _renamed(form: NameForm, view: SavedView) -> bool:
    if not form.is_valid():
        return False
    try:
        rename_view(view, form.cleaned_data["name"])
    except InvalidInput as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    return True


def _page(request: HttpRequest, form: NameForm, *, status: int) -> HttpResponse:
    context = {"form": form, "views": the_user(request).saved_views.all()}
    return render(request, "desk/saved_views.html", context, status=status)
