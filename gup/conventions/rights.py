"""Who may change what conventions say: the DSU's administrators author, every reviewer declares an alert."""

from django.core.exceptions import PermissionDenied

from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role, is_dsu


def may_author(user: User) -> bool:
    """Versions, calendars and the nomenclature belong to the DSU's administrators."""
    return has_role(user, [Role.ADMINISTRATOR])


def require_author(user: User) -> None:
    """Raises PermissionDenied for anybody but a DSU administrator."""
    if not may_author(user):
        raise PermissionDenied("Seule l'administration du DSU modifie les conventions et leurs calendriers.")


def require_reviewer(user: User) -> None:
    """Raises PermissionDenied for anybody but the DSU."""
    if not is_dsu(user):
        raise PermissionDenied("Seul le DSU déclare une vigilance cyclonique et y met fin.")
