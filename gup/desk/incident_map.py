"""The filtered incidents on a map, and the same ones as a list beside it for whoever cannot use a map."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gup.desk.incident_filter import listed
from gup.desk.incident_list import incidents
from gup.desk.people import the_user
from gup.incidents.listing import Facet
from gup.incidents.map_points import Point, points_of

# A map with more points than this shows nothing.
MOST_POINTS = 400


@login_required
def incidents_map(request: HttpRequest) -> HttpResponse:
    asked = listed(the_user(request), request.GET, timezone.now())
    if not asked.is_right:
        return incidents(request)
    points = points_of(asked.found, asked.now, asked.known.residences)
    placed = [point for point in points if point.is_placed]
    lines = [(point, _address(asked.query, point)) for point in points]
    context = {
        "total": sum(point.count for point in points),
        "lines": lines,
        "unplaced": [point for point in points if not point.is_placed],
        "unplaced_count": sum(point.count for point in points if not point.is_placed),
        "is_approximate": any(point.residence.is_demonstration for point in placed),
        "left_off": len(placed) - MOST_POINTS if len(placed) > MOST_POINTS else 0,
        "most": MOST_POINTS,
        "points": [_marker(point, address) for point, address in lines if point.is_placed][:MOST_POINTS],
        "query": asked.query,
        "tiles": settings.GUP_TILES_URL,
        "credit": settings.GUP_TILES_CREDIT,
    }
    return render(request, "desk/incidents_map.html", context)


def _address(query: str, point: Point) -> str:
    """The same list, in this residence only."""
    asked = QueryDict(query, mutable=True)
    asked.setlist(Facet.RESIDENCE.value, [point.residence.slug])
    return f"{reverse('incidents')}?{asked.urlencode()}"


def _marker(point: Point, address: str) -> dict[str, Any]:
    place = point.residence
    return {
        "name": place.name,
        "count": point.count,
        "late": point.late,
        "at": [float(place.latitude or 0), float(place.longitude or 0)],
        "url": address,
        "approximate": place.is_demonstration,
    }
