"""The month's reports: read, comment, publish, download."""

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.models import Convention
from gup.desk.people import the_user
from gup.incidents.errors import Refused
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import DSU_ROLES, has_role, is_dsu
from gup.reports.enums import ReportStatus
from gup.reports.keeping import FileLost, kept_file
from gup.reports.models import Report
from gup.reports.monthly import MonthlyFigures, from_json
from gup.reports.publishing import may_comment, publish, set_commentary
from gup.reports.render_xlsx import render_xlsx
from gup.reports.requesting import request_report

STAGE_HEADERS = (
    "Étape",
    "Échus",
    "Tenus",
    "Dépassés",
    "Taux",
    "Strict",
    "Arbitré",
    "Médiane",
    "P90",
    "Seuil",
    "Verdict",
)
PLACE_HEADERS = ("Lieu", "Logements", "Ouverts", "pour 100", "Tenus", "Taux", "En cours", "Âge moyen", "Récurrents")
MISSED_HEADERS = (
    "Référence",
    "Résidence",
    "Catégorie",
    "Étape",
    "Échéance",
    "Atteint",
    "Retard",
    "Suspendu",
    "Arbitrage",
)
KIND_HEADERS = ("Engagement", "Sujet", "Promis", "Dû", "Constaté", "Tenus", "Verdict")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "xlsx": XLSX}


class RequestForm(forms.Form):
    convention = forms.ModelChoiceField(
        label="Convention",
        queryset=Convention.objects.filter(is_annex=False),
        to_field_name="slug",
        required=False,
        empty_label="Toute la commune",
    )
    month = forms.DateField(
        label="Mois",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )


class CommentaryForm(forms.Form):
    commentary = forms.CharField(
        label="Votre commentaire", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, DSU_ROLES | {Role.MANAGER, Role.COMMITTEE}):
        raise PermissionDenied
    if request.method == "POST" and not is_dsu(user):
        raise PermissionDenied
    form = RequestForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _request(user, form):
            messages.success(request, "Le rapport est demandé : il sera prêt dans un instant.")
            return redirect("reports")
        status = 400
    found = Report.objects.visible_to(user).select_related("convention__organisation")
    context = {"reports": found[:120], "form": form, "is_dsu": is_dsu(user)}
    return render(request, "desk/reports.html", context, status=status)


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(the_user(request), pk))


@login_required
@require_POST
def publish_report(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = the_user(request), _visible(the_user(request), pk)
    try:
        publish(found, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _page(request, found, status=409)
    messages.success(request, "Rapport publié : les verdicts du mois sont scellés.")
    return redirect("report", pk=found.pk)


@login_required
@require_POST
def comment_report(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = the_user(request), _visible(the_user(request), pk)
    form = CommentaryForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=400)
    try:
        set_commentary(found, by=user, text=form.cleaned_data["commentary"])
    except Refused as refusal:
        form.add_error("commentary", refusal.message)
        return _page(request, found, form=form, status=409)
    messages.success(request, "Commentaire enregistré.")
    return redirect("report", pk=found.pk)


@login_required
@require_POST
def rebuild_report(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = the_user(request), _visible(the_user(request), pk)
    try:
        request_report(found.convention, found.month, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _page(request, found, status=409)
    messages.success(request, "Le rapport va être reconstruit sur les données du moment.")
    return redirect("report", pk=found.pk)


@login_required
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = _visible(the_user(request), pk)
    if kind not in FILES:
        raise Http404
    try:
        return serve_file(found, kind)
    except FileLost:
        messages.error(request, "Ce fichier est abîmé et ne se refait pas : restaurez-le d'une sauvegarde.")
        return _page(request, found, status=410)


def serve_file(found: Report, kind: str) -> HttpResponse:
    """One rendering of a report whose reader is known to be allowed. Raises Http404 while there is none."""
    whose = found.convention.slug if found.convention else "commune"
    response = _rendering(found, kind)
    response["Content-Disposition"] = f'attachment; filename="rapport-{whose}-{found.month:%Y-%m}.{kind}"'
    return response


def _rendering(found: Report, kind: str) -> HttpResponse:
    """The PDF and the CSV are the files that were built; the workbook is made of the figures stored with them.

    Raises Http404 while there is none, FileLost for one that the disk lost for good.
    """
    if kind == "xlsx":
        if found.figures is None:
            raise Http404
        return HttpResponse(render_xlsx(from_json(found.figures)), content_type=XLSX)
    if not found.pdf:
        raise Http404
    return HttpResponse(kept_file(found, kind), content_type=FILES[kind])


def _request(user: User, form: RequestForm) -> bool:
    month: date = form.cleaned_data["month"]
    try:
        request_report(form.cleaned_data["convention"], month, by=user, at=timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    return True


def _visible(user: User, pk: int) -> Report:
    found: Report = get_object_or_404(Report.objects.visible_to(user).select_related("convention__organisation"), pk=pk)
    return found


def _own_words(user: User, found: Report) -> str:
    return found.commentary if is_dsu(user) else found.signatory_commentary


def _page(
    request: HttpRequest, found: Report, *, form: CommentaryForm | None = None, status: int = 200
) -> HttpResponse:
    figures: MonthlyFigures | None = from_json(found.figures) if found.figures else None
    context = {
        "report": found,
        "figures": figures,
        "form": form or CommentaryForm(initial={"commentary": _own_words(the_user(request), found)}),
        "stage_headers": STAGE_HEADERS,
        "place_headers": PLACE_HEADERS,
        "missed_headers": MISSED_HEADERS,
        "kind_headers": KIND_HEADERS,
        "closure_headers": ("Mesure", "Nombre", "Part"),
        "may_publish": is_dsu(the_user(request)) and found.status == ReportStatus.DRAFT,
        "may_comment": may_comment(the_user(request), found) and found.status == ReportStatus.DRAFT,
    }
    return render(request, "desk/report.html", context, status=status)
