"""Writing down a passage, a walk or an action, its file, and what corrects it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gup.conventions.enums import CommitmentKind
from gup.desk.people import the_user
from gup.desk.record_forms import MilestoneForm, PassageForm, RecordForm, WalkForm, WithdrawalForm
from gup.incidents.errors import Refused
from gup.inspections.enums import EvidenceType
from gup.inspections.evidence import EXTENSIONS
from gup.inspections.models import Milestone, Passage, Record, Walk
from gup.inspections.recording import record_milestone, record_passage, record_walk, withdraw
from gup.inspections.rights import RECORDING_ROLES, correctable, speaks_for
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role
from gup.places.models import QrCode

PER_PAGE = 30
MODELS = (Passage, Walk, Milestone)
CORRECTED = (
    "commitment",
    "residence",
    "spot",
    "proof",
    "walked_on",
    "score",
    "walker",
    "participants",
    "done_on",
    "note",
)
NEW = {Passage: "passage-new", Walk: "walk-new", Milestone: "milestone-new"}
SAID = {Passage: "Passage", Walk: "Visite", Milestone: "Action"}


@login_required
def passages(request: HttpRequest) -> HttpResponse:
    """What was recorded at the places that one sees, newest first."""
    user = the_user(request)
    if not has_role(user, RECORDING_ROLES | {Role.ASSOCIATION}):
        raise PermissionDenied
    found = Passage.objects.visible_to(user).select_related(
        "commitment", "residence", "spot", "recorded_by", "organisation", "correction", "corrects"
    )
    page = Paginator(found.order_by("-at", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "correctable": correctable(user, page.object_list),
        "may_record": has_role(user, RECORDING_ROLES),
    }
    return render(request, "desk/passages.html", context)


@login_required
def new_passage(request: HttpRequest) -> HttpResponse:
    def save(user: User, form: RecordForm) -> tuple[Record, str]:
        passage, is_new = record_passage(**form.told(), by=user, at=timezone.now())
        return passage, "Passage enregistré." if is_new else "Ce passage était déjà enregistré."

    return _new(request, PassageForm, CommitmentKind.RECURRENCE, "Enregistrer un passage", save)


@login_required
def new_walk(request: HttpRequest) -> HttpResponse:
    def save(user: User, form: RecordForm) -> tuple[Record, str]:
        return record_walk(**form.told(), by=user, at=timezone.now()), "Visite enregistrée."

    return _new(request, WalkForm, CommitmentKind.QUALITY_LEVEL, "Enregistrer une visite", save)


@login_required
def new_milestone(request: HttpRequest) -> HttpResponse:
    def save(user: User, form: RecordForm) -> tuple[Record, str]:
        return record_milestone(**form.told(), by=user, at=timezone.now()), "Action enregistrée."

    return _new(request, MilestoneForm, CommitmentKind.ACTION_MILESTONE, "Enregistrer une action faite", save)


@login_required
def withdraw_record(request: HttpRequest, record_uuid: uuid.UUID) -> HttpResponse:
    """Take a record back, with its reason; or go and correct it."""
    user = the_user(request)
    record: Any = _visible(user, record_uuid)
    if speaks_for(user, record.commitment, getattr(record, "residence", None)) is None:
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                withdraw(record, by=user, at=timezone.now(), reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                messages.success(request, "L'enregistrement est retiré ; il reste lisible, avec son motif.")
                return redirect("promise", pk=record.commitment_id)
    context = {"form": form, "record": record, "said": SAID[type(record)], "new_record": NEW[type(record)]}
    return render(request, "desk/record_withdraw.html", context, status=status)


@login_required
def evidence(request: HttpRequest, record_uuid: uuid.UUID) -> FileResponse:
    record = _visible(the_user(request), record_uuid)
    return serve_evidence(record)


def serve_evidence(record: Record) -> FileResponse:
    """The file of a record whose reader is known to be allowed. Raises Http404 where there is none."""
    if not record.evidence:
        raise Http404
    kind = EvidenceType(record.evidence_type)
    try:
        file = default_storage.open(record.evidence)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type=kind.value)
    # A photo was drawn again by us; a PDF is somebody else's: it is saved, never opened inside a page of ours.
    where = "inline" if kind == EvidenceType.PHOTO else "attachment"
    response["Content-Disposition"] = f'{where}; filename="{record.uuid}.{EXTENSIONS[kind]}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _new(
    request: HttpRequest,
    form_class: type[RecordForm],
    kind: CommitmentKind,
    title: str,
    save: Callable[[User, RecordForm], tuple[Record, str]],
) -> HttpResponse:
    """Fetch the form, one verb, answer."""
    user = the_user(request)
    if not has_role(user, RECORDING_ROLES):
        raise PermissionDenied
    status, former = 200, _former(user, request.POST.get("corrects") or request.GET.get("corrects"))
    options: dict[str, Any] = {"user": user, "kind": kind, "former": former}
    if request.method == "POST":
        form, status = form_class(request.POST, request.FILES, **options), 400
        if form.is_valid():
            try:
                record, words = save(user, form)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                messages.success(request, words)
                return redirect("promise", pk=record.commitment_id)  # type: ignore[attr-defined]
    else:
        form = form_class(initial=_initial(request, former), **options)
    return render(request, "desk/record_new.html", {"form": form, "title": title, "former": former}, status=status)


def _initial(request: HttpRequest, former: Record | None) -> dict[str, object]:
    """What is already known: the record to correct, the commitment one comes from, the code one has scanned."""
    if former is not None:
        again = {name: getattr(former, name) for name in CORRECTED if hasattr(former, name)}
        told = again | {"residence": again["residence"].slug} if "residence" in again else again
        return told | {"passed_at": getattr(former, "at", None)}
    told = {"commitment": request.GET.get("commitment")}
    code = request.GET.get("code", "")
    scanned = QrCode.objects.filter(code=code, revoked_at__isnull=True).select_related("residence").first()
    if scanned is not None:
        told |= {"proof": "qr", "code": code, "residence": scanned.residence.slug}
    return told


def _former(user: User, name: str | None) -> Record | None:
    """The record to be corrected. Raises Http404 for one that is not visible, or is no identifier."""
    if not name:
        return None
    try:
        return _visible(user, uuid.UUID(name))
    except ValueError as malformed:
        raise Http404 from malformed


def _visible(user: User, record_uuid: uuid.UUID) -> Record:
    for model in MODELS:
        records: QuerySet[Any] = model.objects.visible_to(user)
        found: Record | None = (
            records.filter(Q(uuid=record_uuid))
            .select_related("commitment__version__convention", "commitment__responsible", "recorded_by")
            .first()
        )
        if found is not None:
            return found
    raise Http404
