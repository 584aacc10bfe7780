"""Keep a list under a name, rename it, move it, forget it; each person has her own."""

from django.db import IntegrityError, transaction

from gup.incidents.errors import InvalidInput
from gup.incidents.saved_view_models import MAX_NAME, MAX_QUERY, SavedView
from gup.incidents.words import clean_text
from gup.partners.models import User

# More than a person reads: past it, a list of lists helps nobody.
MOST = 30


def save_view(user: User, name: str, query: str) -> SavedView:
    """Raises InvalidInput when the name is empty or taken, or when there are too many."""
    name = _name(name)
    if len(query) > MAX_QUERY:
        raise InvalidInput("Cette liste a trop de filtres pour être gardée.", field="query")
    with transaction.atomic():
        last = user.saved_views.order_by("position", "id").last()
        if user.saved_views.count() >= MOST:
            raise InvalidInput(f"Vous avez déjà {MOST} vues : supprimez-en une.", field="name")
        position = 0 if last is None else last.position + 1
        return _stored(SavedView(user=user, name=name, query=query, position=position))


def rename_view(view: SavedView, name: str) -> None:
    """Raises InvalidInput when the name is empty or taken."""
    view.name = _name(name)
    _stored(view)


def move_view(view: SavedView, *, up: bool) -> None:
    """One place up or down among its owner's; at the end it stays."""
    with transaction.atomic():
        views = list(view.user.saved_views.order_by("position", "id"))
        here = views.index(view)
        there = here + (-1 if up else 1)
        if 0 <= there < len(views):
            views[here], views[there] = views[there], views[here]
        for position, each in enumerate(views):
            each.position = position
        SavedView.objects.bulk_update(views, ["position"])


def _name(name: str) -> str:
    name = clean_text(name, field="name", limit=MAX_NAME)
    if not name:
        raise InvalidInput("Donnez un nom à la vue.", field="name")
    return name


def _stored(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:
        raise InvalidInput("Vous avez déjà une vue de ce nom.", field="name") from taken
    return view
