"""The version of an incident as its ETag: a change sent with If-Match writes nothing over what it has not read."""

import re

from django.http import HttpRequest
from rest_framework.request import Request

from gup.incidents.models import Incident

# Proxies that compress turn "7" into W/"7"; the version behind it is the same.
_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')
_NEVER = -1


def etag(incident: Incident) -> str:
    return f'"{incident.version}"'


def expect_match(request: Request | HttpRequest, incident: Incident) -> None:
    """Refuse a change whose If-Match names another version (raises Stale); without If-Match, nothing is expected."""
    expected = request.headers.get("If-Match")
    if expected is None or expected.strip() == "*":
        return
    versions = [int(version) for version in _TAG.findall(expected)]
    if incident.version not in versions:
        incident.expect_version(versions[0] if versions else _NEVER)
