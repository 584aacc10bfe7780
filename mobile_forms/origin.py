"""The public forms ask no token of a cookie: a phone that keeps none, or a page left open for days, still reports.

Who may send is said by the address (a poster's code, a secret link), so that another site's page gains nothing that it
could not send by itself; what a browser says comes from elsewhere is shown again, to be sent by the person.
"""

from django.http import HttpRequest
from django.utils.translation import gettext_noop

FROM_ELSEWHERE = gettext_noop("Cet envoi vient d'un autre site : relisez-le, puis envoyez-le d'ici.")


def is_from_elsewhere(request: HttpRequest) -> bool:
    """What every current browser says of a form that another site's page has sent."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
