"""A project of amendment over the last twelve months, beside what they were: seen by the DSU before it activates it."""

import csv
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from gup.conventions.enums import StageChoice
from gup.conventions.models import ConventionVersion
from gup.desk.people import the_user
from gup.partners.scope import is_dsu
from gup.reports.cells import plain_cell
from gup.reports.french import moment, percent
from gup.reports.simulation import Comparison, Moved, Simulation, simulate
from gup.service_levels.stages import Verdict

VERDICTS = {Verdict.HELD: "tenu", Verdict.MISSED: "dépassé", None: "non décidé"}
COMPARED = ("étape", "catégorie", "seuil (%)")
SIDE = ("tenus", "dépassés", "non décidés", "contractuel", "strict", "après arbitrage")


@login_required
def simulation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = _project(request, slug, number)
    context: dict[str, object] = {"version": version}
    status = 200
    try:
        found = simulate(version, now=timezone.now())
    except ValidationError as refusal:
        context["refusal"], status = refusal.messages[0], 409
    else:
        context |= {"simulation": found, "moved": [_shown(each, version) for each in found.moved]}
        context |= {"last_day": found.end - timedelta(seconds=1)}
    return render(request, "desk/simulation.html", context, status=status)


@login_required
def simulation_csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the page shows, for a spreadsheet: the comparisons, then the clocks that move."""
    version = _project(request, slug, number)
    try:
        found = simulate(version, now=timezone.now())
    except ValidationError as refusal:
        return HttpResponse(refusal.messages[0], content_type="text/plain; charset=utf-8", status=409)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="simulation-{slug}-avenant-{number}.csv"'
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(response, delimiter=";", lineterminator="\r\n")
    for row in _rows(found):
        writer.writerow([plain_cell(cell) for cell in row])
    return response


def _project(request: HttpRequest, slug: str, number: int) -> ConventionVersion:
    """The version of the address, for the DSU. Raises PermissionDenied for others, Http404 where there is none."""
    if not is_dsu(the_user(request)):
        raise PermissionDenied
    versions = ConventionVersion.objects.select_related("convention__organisation")
    return get_object_or_404(versions, convention__slug=slug, number=number)


def _rows(found: Simulation) -> list[list[str]]:
    header = [*COMPARED, *(f"observé : {name}" for name in SIDE), *(f"avec l'avenant : {name}" for name in SIDE)]
    rows = [header, *(_compared(each) for each in [*found.stages, *found.categories])]
    rows += [[], ["référence", "catégorie", "étape", "observé", "échéance", "avec l'avenant", "échéance"]]
    return rows + [list(_shown(each, found.version).values()) for each in found.moved]


def _compared(line: Comparison) -> list[str]:
    cells = [StageChoice(line.stage).label, line.category or "toutes", str(line.threshold_percent)]
    for side in (line.observed, line.supposed):
        three = side.rates
        cells += [str(three.contractual.held), str(three.contractual.missed), str(side.undecided)]
        cells += [percent(three.contractual), percent(three.strict), percent(three.arbitrated)]
    return cells


def _shown(moved: Moved, version: ConventionVersion) -> dict[str, str]:
    zone = version.convention.timezone

    def due(at: datetime | None) -> str:
        return moment(at, zone)

    return {
        "reference": moved.reference,
        "category": moved.category,
        "stage": StageChoice(moved.stage).label,
        "was": VERDICTS[moved.was],
        "due_was": due(moved.due_was),
        "would_be": VERDICTS[moved.would_be],
        "due_would_be": due(moved.due_would_be),
    }
