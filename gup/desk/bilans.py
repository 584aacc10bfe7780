"""Bilans: asked for, read, commented objective by objective, published, downloaded."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.conventions.models import Convention
from gup.desk.context import REVIEWING_ROLES
from gup.desk.people import the_user
from gup.incidents.errors import Refused
from gup.partners.scope import has_role, is_dsu
from gup.reports.bilan.figures import BilanFigures
from gup.reports.bilan.making import MAX_COMMENT, comment_bilan, publish_bilan, request_bilan
from gup.reports.bilan.rendering import bilan_csv, bilan_from_json, bilan_xlsx
from gup.reports.bilan.sheet import bilan_sheet
from gup.reports.enums import BilanKind, ReportStatus
from gup.reports.models import Bilan

FILES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OBJECTIVE_HEADERS = ("Objectif", "Promis", "Tenus", "Obtenu", "Strict", "Arbitré", "Écart")
MONTH_HEADERS = ("Mois", "Ouverts", "Tenus", "Taux", "En cours à la fin")
DECISION_HEADERS = ("Séance", "Décision", "Confiée à", "Pour le", "Suite")


class AskForm(forms.Form):
    convention = forms.ModelChoiceField(
        label="Convention",
        queryset=Convention.objects.filter(is_annex=False),
        to_field_name="slug",
        required=False,
        empty_label="Toute la commune",
    )
    kind = forms.ChoiceField(label="Document", choices=BilanKind)
    year = forms.IntegerField(label="Année", min_value=2007, max_value=9999)


class CommentForm(forms.Form):
    """The general commentary, then one field an objective."""

    def __init__(self, bilan: Bilan, figures: BilanFigures, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["commentary"] = _words("Commentaire général", bilan.commentary)
        self.names: dict[str, str] = {}
        for index, objective in enumerate(figures.objectives):
            self.names[f"objective-{index}"] = objective.name
            self.fields[f"objective-{index}"] = _words(objective.name, str(bilan.comments.get(objective.name, "")))

    @property
    def comments(self) -> dict[str, str]:
        return {name: self.cleaned_data[field] for field, name in self.names.items()}


def _words(label: str, initial: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=MAX_COMMENT, required=False, widget=widget, initial=initial)


@login_required
def bilans(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    if not has_role(user, REVIEWING_ROLES):
        raise PermissionDenied
    form = AskForm(request.POST if request.method == "POST" else None, initial={"year": timezone.localdate().year})
    if request.method == "POST":
        if not is_dsu(user):
            raise PermissionDenied
        if form.is_valid():
            try:
                bilan = request_bilan(**form.cleaned_data, by=user, at=timezone.now())
            except Refused as refusal:
                form.add_error(refusal.field or None, refusal.message)
            else:
                messages.success(request, "Le bilan est demandé : il sera prêt dans un instant.")
                return redirect("bilan", pk=bilan.pk)
    found = Bilan.objects.visible_to(user).select_related("convention__organisation")[:100]
    context = {"form": form, "bilans": found, "is_dsu": is_dsu(user)}
    return render(request, "desk/bilans.html", context, status=400 if form.errors else 200)


@login_required
def bilan(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if found.figures is None:
        raise Http404
    form = CommentForm(found, bilan_from_json(found.figures), request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=400)
    words = form.cleaned_data["commentary"]
    try:
        comment_bilan(found, by=the_user(request), commentary=words, comments=form.comments)
        request_bilan(found.convention, found.kind, found.year, by=the_user(request), at=timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, found, form=form, status=409)
    messages.success(request, "Commentaires enregistrés : le projet se reconstruit avec eux.")
    return redirect("bilan", pk=found.pk)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        publish_bilan(found, by=the_user(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _page(request, found, status=409)
    messages.success(request, "Bilan publié.")
    return redirect("bilan", pk=found.pk)


@login_required
def bilan_file(request: HttpRequest, pk: int, kind: str) -> FileResponse | HttpResponse:
    found = _visible(request, pk)
    if kind not in FILES or found.figures is None:
        raise Http404
    response: FileResponse | HttpResponse
    if kind == "pdf":
        response = FileResponse(default_storage.open(found.pdf), content_type=FILES[kind])
    else:
        render_it = bilan_csv if kind == "csv" else bilan_xlsx
        response = HttpResponse(render_it(bilan_from_json(found.figures)), content_type=FILES[kind])
    whose = found.convention.slug if found.convention else "commune"
    response["Content-Disposition"] = f'attachment; filename="bilan-{found.year}-{found.kind}-{whose}.{kind}"'
    return response


def _visible(request: HttpRequest, pk: int) -> Bilan:
    readable = Bilan.objects.visible_to(the_user(request)).select_related("convention__organisation")
    found: Bilan = get_object_or_404(readable, pk=pk)
    return found


def _page(request: HttpRequest, found: Bilan, *, form: CommentForm | None = None, status: int = 200) -> HttpResponse:
    figures = bilan_from_json(found.figures) if found.figures else None
    may_publish = is_dsu(the_user(request)) and found.status == ReportStatus.DRAFT
    if form is None and figures is not None and may_publish:
        form = CommentForm(found, figures)
    context = {
        "bilan": found,
        "sheet": bilan_sheet(figures) if figures else None,
        "form": form,
        "may_publish": may_publish,
        "objective_headers": OBJECTIVE_HEADERS,
        "month_headers": MONTH_HEADERS,
        "closure_headers": ("Mesure", "Nombre", "Part"),
        "decision_headers": DECISION_HEADERS,
    }
    response = render(request, "desk/bilan.html", context, status=status)
    if found.status == ReportStatus.REQUESTED and request.method == "GET":
        response["Refresh"] = "4"
    return response
