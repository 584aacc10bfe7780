"""Who is at the desk."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gup.partners.models import User


def the_user(request: HttpRequest) -> User:
    """The person logged in. Raises PermissionDenied where a view forgot to ask for a login."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
