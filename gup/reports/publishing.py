"""Publishing seals a month: each verdict is stored with the report that counted it (rule 10)."""

from datetime import datetime

from django.db import transaction

from gup.incidents.errors import InvalidInput, NotAllowed, WrongTransition
from gup.incidents.recalculating import recalculate_due
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify
from gup.partners import audit
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import is_dsu, memberships_of
from gup.reports.building import rendered
from gup.reports.decided import sealed_verdicts
from gup.reports.enums import ReportStatus
from gup.reports.figures import monthly_figures
from gup.reports.models import Report, SealedVerdict

MAX_COMMENTARY = 8000


def publish(report: Report, *, by: User, at: datetime) -> None:
    """Compute the month a last time, seal its verdicts, store the files, tell the signatories: all of it, or nothing.

    Raises NotAllowed for anybody but the DSU, WrongTransition unless the report is a draft.
    """
    if not is_dsu(by):
        raise NotAllowed("Seul le DSU publie un rapport.")
    at = at.replace(microsecond=0)
    with transaction.atomic():
        drafts = Report.objects.filter(pk=report.pk, status=ReportStatus.DRAFT)
        if drafts.select_for_update().first() is None:
            raise WrongTransition("Seul un projet se publie : ce rapport est déjà publié, ou en construction.")
        # What is sealed is read from stored clocks: none may wait for the worker.
        recalculate_due(at)
        fields = rendered(report, monthly_figures(report, now=at, is_draft=False, author=str(by)))
        drafts.update(status=ReportStatus.PUBLISHED, built_at=at, published_at=at, published_by=by, **fields)
        report.refresh_from_db()
        SealedVerdict.objects.bulk_create(sealed_verdicts(report, at))
        audit.note(actor=by.email, action="publication", subject=f"{report} {report.pdf_sha256}"[:200], at=at)
        _tell_signatories(report, at)


def set_commentary(report: Report, *, by: User, text: str) -> None:
    """The words of the DSU, or of the signatory's manager, on a draft: they print side by side at its next building.

    Raises NotAllowed, InvalidInput, WrongTransition.
    """
    if not may_comment(by, report):
        raise NotAllowed("Seuls le DSU et un responsable du signataire commentent ce rapport.")
    if len(text) > MAX_COMMENTARY:
        raise InvalidInput(f"Le commentaire dépasse {MAX_COMMENTARY} caractères.", field="commentary")
    whose = "commentary" if is_dsu(by) else "signatory_commentary"
    if not Report.objects.filter(pk=report.pk, status=ReportStatus.DRAFT).update(**{whose: text}):
        raise WrongTransition("Seul un projet de rapport se commente.")
    report.refresh_from_db()


def may_comment(user: User, report: Report) -> bool:
    """The DSU, and the managers of the convention's signatory: each sees and comments its own drafts only."""
    return is_dsu(user) or any(
        report.convention is not None
        and each.role == Role.MANAGER
        and each.organisation_id == report.convention.organisation_id
        for each in memberships_of(user)
    )


def _tell_signatories(report: Report, at: datetime) -> None:
    if report.convention is None:
        return
    people = User.objects.filter(
        memberships__organisation=report.convention.organisation,
        memberships__role=Role.MANAGER,
        memberships__is_active=True,
        is_active=True,
    )
    notify(
        key=f"report-published:{report.pk}",
        topic=Topic.REPORT,
        recipients=people.distinct(),
        subject=f"Rapport GUP {report.month:%Y-%m} publié",
        body="Le rapport mensuel est publié. Il se lit dans votre espace, rubrique « Rapports ».\n",
        at=at,
    )
