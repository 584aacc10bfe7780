"""A bilan's life: asked for, built by the worker, commented, published once."""

import hashlib
from datetime import datetime

import orjson
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from gup.conventions.models import Convention
from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.partners.audit import note
from gup.partners.models import User
from gup.partners.scope import is_dsu
from gup.reports.bilan.figures import BilanFigures
from gup.reports.bilan.rendering import bilan_json, bilan_pdf
from gup.reports.bilan.summing import bilan_figures
from gup.reports.bilan_models import Bilan
from gup.reports.building import MAX_ATTEMPTS
from gup.reports.enums import BilanKind, ReportStatus

FIRST_YEAR = 2007  # the founding convention
MAX_COMMENT = 2000


def request_bilan(convention: Convention | None, kind: str, year: int, *, by: User | None, at: datetime) -> Bilan:
    """Ask for a bilan, or for its draft to be built again; `by` is None when the operator asks.

    Raises NotAllowed, InvalidInput (fields "kind", "year"), WrongTransition once it is published.
    """
    if by is not None and not is_dsu(by):
        raise NotAllowed("Seul le DSU demande un bilan.")
    if kind not in BilanKind.values:
        raise InvalidInput("Nature de bilan inconnue.", field="kind")
    if not FIRST_YEAR <= year <= at.year:
        raise InvalidInput(f"Choisissez une année de {FIRST_YEAR} à {at.year}.", field="year")
    with transaction.atomic():
        bilan, is_new = Bilan.objects.get_or_create(
            convention=convention, kind=kind, year=year, defaults={"requested_at": at}
        )
        again = Bilan.objects.filter(pk=bilan.pk, published_at__isnull=True)
        if not is_new and not again.update(status=ReportStatus.REQUESTED, requested_at=at, attempts=0):
            raise WrongTransition("Ce bilan est publié : il ne se reconstruit plus.")
    bilan.refresh_from_db()
    return bilan


def build_bilans(now: datetime) -> int:
    """Build those that were asked for; returns how many became drafts. Whoever moves the row first builds it."""
    built = 0
    for bilan in Bilan.objects.filter(status=ReportStatus.REQUESTED).order_by("id"):
        mine = Bilan.objects.filter(pk=bilan.pk, status=ReportStatus.REQUESTED, attempts=bilan.attempts)
        if not mine.update(attempts=F("attempts") + 1):
            continue
        bilan.refresh_from_db()
        try:
            fields = rendered_bilan(bilan, bilan_figures(bilan, now=now))
        except Exception as failure:
            is_last = bilan.attempts >= MAX_ATTEMPTS
            Bilan.objects.filter(pk=bilan.pk).update(
                last_error=f"{type(failure).__name__}: {failure}"[:300],
                status=ReportStatus.FAILED if is_last else ReportStatus.REQUESTED,
            )
        else:
            Bilan.objects.filter(pk=bilan.pk, published_at__isnull=True).update(
                status=ReportStatus.DRAFT, built_at=now, last_error="", **fields
            )
            built += 1
    return built


def rendered_bilan(bilan: Bilan, figures: BilanFigures) -> dict[str, object]:
    """The figures with their digest, and the PDF of them, stored."""
    plain, pdf = bilan_json(figures), bilan_pdf(figures)
    digest = hashlib.sha256(plain).hexdigest()
    whose = bilan.convention.slug if bilan.convention else "commune"
    return {
        "figures": orjson.loads(plain),
        "figures_sha256": digest,
        "pdf": default_storage.save(f"bilans/{bilan.year}/{bilan.kind}-{whose}-{digest[:16]}.pdf", ContentFile(pdf)),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    }


def comment_bilan(bilan: Bilan, *, by: User, commentary: str, comments: dict[str, str]) -> None:
    """The DSU's words, and one for each objective (by its name); they print at the next building.

    Raises NotAllowed, InvalidInput (field "commentary", or the objective's name), WrongTransition.
    """
    if not is_dsu(by):
        raise NotAllowed("Seul le DSU commente un bilan.")
    for name, words in {"commentary": commentary, **comments}.items():
        if len(words) > MAX_COMMENT:
            raise InvalidInput(f"{MAX_COMMENT} caractères au plus.", field=name)
    kept = {name: words.strip() for name, words in comments.items() if words.strip()}
    drafts = Bilan.objects.filter(pk=bilan.pk, status=ReportStatus.DRAFT)
    if not drafts.update(commentary=commentary.strip(), comments=kept):
        raise WrongTransition("Seul un projet de bilan se commente.")
    bilan.refresh_from_db()


def publish_bilan(bilan: Bilan, *, by: User, at: datetime) -> None:
    """Build it a last time and publish it. Raises NotAllowed, WrongTransition."""
    if not is_dsu(by):
        raise NotAllowed("Seul le DSU publie un bilan.")
    fields = rendered_bilan(bilan, bilan_figures(bilan, now=at, is_draft=False, author=str(by)))
    with transaction.atomic():
        drafts = Bilan.objects.filter(pk=bilan.pk, status=ReportStatus.DRAFT)
        if not drafts.update(status=ReportStatus.PUBLISHED, built_at=at, published_at=at, published_by=by, **fields):
            raise WrongTransition("Seul un projet se publie : ce bilan est déjà publié, ou en construction.")
        note(actor=by.email, action="publication de bilan", subject=f"{bilan} {fields['pdf_sha256']}"[:200], at=at)
    bilan.refresh_from_db()
