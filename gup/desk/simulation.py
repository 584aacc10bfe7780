"""A project of amendment over the last twelve months, beside what they were: seen by the DSU before it activates it."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from gup.conventions.models import ConventionVersion
from gup.desk.people import the_user
from gup.partners.scope import is_dsu
from gup.reports.simulation import Comparison, Simulation, simulate
from gup.reports.simulation_sheet import counts, directions, period, render_csv


@login_required
def simulations(request: HttpRequest) -> HttpResponse:
    """The projects that may be simulated, and the way to each."""
    _require_dsu(request)
    projects = ConventionVersion.objects.filter(activated_at__isnull=True).select_related("convention")
    return render(request, "desk/simulations.html", {"projects": projects.order_by("convention__name", "number")})


@login_required
def simulation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    try:
        found = simulate(version, now=timezone.now())
    except ValidationError as refusal:
        context = {"version": version, "refusal": refusal.messages[0]}
        return render(request, "desk/simulation.html", context, status=409)
    context = {
        "version": version,
        "simulation": found,
        "period": period(found),
        "counts": counts(found),
        "families": _by_family(found),
        "directions": directions(found),
    }
    return render(request, "desk/simulation.html", context)


@login_required
def simulation_csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the page shows, for a spreadsheet."""
    version = _version(request, slug, number)
    try:
        found = simulate(version, now=timezone.now())
    except ValidationError as refusal:
        return HttpResponse(refusal.messages[0], content_type="text/plain; charset=utf-8", status=409)
    response = HttpResponse(render_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="simulation-{slug}-avenant-{number}.csv"'
    return response


def _version(request: HttpRequest, slug: str, number: int) -> ConventionVersion:
    """The version of the address, for the DSU. Raises PermissionDenied for others, Http404 where there is none."""
    _require_dsu(request)
    versions = ConventionVersion.objects.select_related("convention__organisation")
    return get_object_or_404(versions, convention__slug=slug, number=number)


def _require_dsu(request: HttpRequest) -> None:
    if not is_dsu(the_user(request)):
        raise PermissionDenied


def _by_family(found: Simulation) -> list[tuple[str, list[Comparison], list[Comparison]]]:
    """Each family with its lines by stage, and those of its categories."""
    categories = {family: list(lines) for family, lines in groupby(found.categories, lambda line: line.family)}
    families = groupby(found.families, lambda line: line.family)
    return [(family, list(lines), categories[family]) for family, lines in families]
