"""Who is at the desk."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role


def the_user(request: HttpRequest) -> User:
    """The person logged in. Raises PermissionDenied where a view forgot to ask for a login."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def the_administrator(request: HttpRequest) -> User:
    """The person logged in, of the DSU's administration. Raises PermissionDenied for anybody else."""
    user = the_user(request)
    if not has_role(user, [Role.ADMINISTRATOR]):
        raise PermissionDenied
    return user
