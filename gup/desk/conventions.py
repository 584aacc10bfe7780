"""Conventions at the desk: what each version promises, what a project would change, and its activation."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.amendments import activate
from gup.conventions.models import ConventionVersion, ServiceCalendar
from gup.conventions.rights import may_author, require_author
from gup.conventions.sentences import chapters, when_reached
from gup.conventions.spreadsheet.comparing import changes_of
from gup.conventions.spreadsheet.exporting import export_version
from gup.conventions.spreadsheet.template import template
from gup.conventions.spreadsheet.writing import delete_project
from gup.conventions.standing import Standing, standing_of
from gup.conventions.visibility import versions_visible_to
from gup.desk.calendars import week_of
from gup.desk.people import the_user
from gup.partners.scope import is_dsu

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def conventions(request: HttpRequest) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    found = versions_visible_to(user).select_related("convention__organisation").prefetch_related("quartiers")
    rows = [
        {"version": version, "standing": standing_of(version, now), "last_day": _last_day(version)}
        for version in found.order_by("convention__is_annex", "convention__name", "-number")
    ]
    context = {"rows": rows, "may_author": may_author(user), "is_dsu": is_dsu(user)}
    return render(request, "desk/conventions.html", context)


@login_required
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _page(request, _visible(request, slug, number))


@login_required
@require_POST
def activate_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    user, found = the_user(request), _visible(request, slug, number)
    try:
        activate(found, by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _page(request, _visible(request, slug, number), status=409)
    messages.success(request, f"Activé : {found} engage les signataires à partir du {found.in_force_from:%d/%m/%Y}.")
    return redirect("convention-version", slug=slug, number=number)


@login_required
@require_POST
def delete_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    user, found = the_user(request), _visible(request, slug, number)
    try:
        delete_project(found, by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _page(request, found, status=409)
    messages.success(request, "Projet supprimé.")
    return redirect("conventions")


@login_required
def export(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return download(export_version(_visible(request, slug, number)), f"{slug}-{number}.xlsx")


@login_required
def template_file(request: HttpRequest) -> HttpResponse:
    require_author(the_user(request))
    return download(template(), "modele-convention.xlsx")


def download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _visible(request: HttpRequest, slug: str, number: int) -> ConventionVersion:
    """Raises Http404 for a version that does not exist, or binds nobody whom this person may see."""
    found = versions_visible_to(the_user(request)).select_related("convention__organisation", "activated_by")
    version: ConventionVersion = get_object_or_404(found, convention__slug=slug, number=number)
    return version


def _page(request: HttpRequest, version: ConventionVersion, *, status: int = 200) -> HttpResponse:
    user, now = the_user(request), timezone.now()
    standing = standing_of(version, now)
    commitments = version.commitments.select_related("category__parent", "residence", "calendar", "responsible")
    used = ServiceCalendar.objects.filter(commitments__version=version).distinct().order_by("name")
    context = {
        "version": version,
        "standing": standing,
        "last_day": _last_day(version),
        "chapters": chapters(commitments.order_by("id"), version.convention.organisation),
        "calendars": [(calendar, week_of(calendar)) for calendar in used.prefetch_related("exceptions")],
        "steps": [(step, when_reached(step)) for step in version.escalation_steps.all()],
        "may_author": may_author(user),
        "is_dsu": is_dsu(user),
    }
    if standing == Standing.PROJECT:
        context["against"], context["changes"] = changes_of(version, at=now)
    return render(request, "desk/convention.html", context, status=status)


def _last_day(version: ConventionVersion) -> object:
    return version.in_force_until - timedelta(days=1) if version.in_force_until else None
