"""Photos that come with words: a bad one never costs the rest."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from gup.incidents.errors import InvalidInput
from gup.incidents.models import Incident
from gup.partners.actors import PublicReporter


def add_photos(incident: Incident, *, by: PublicReporter, at: datetime, photos: Iterable[bytes]) -> list[str]:
    """Keep what can be kept; returns, in the page's language, why each of the others was not."""
    unkept = []
    for data in photos:
        try:
            incident.add_photo(by=by, at=at, data=data)
        except InvalidInput as refusal:
            unkept.append(_(refusal.message))
    return unkept
