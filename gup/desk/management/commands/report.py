from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.models import Convention
from gup.incidents.errors import Refused
from gup.reports.building import build_draft, rebuilt_differs
from gup.reports.enums import ReportStatus
from gup.reports.keeping import damaged_files
from gup.reports.models import Report
from gup.reports.requesting import request_report


class Command(BaseCommand):
    help = "Établit le projet du rapport d'un mois, ou vérifie qu'un rapport établi se recalcule à l'identique."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="le mois, comme 2026-09")
        parser.add_argument("--convention", help="la convention ; sans elle, toute la commune")
        parser.add_argument("--verify", action="store_true", help="recalculer et comparer, sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        month, convention = _month(options["month"]), _convention(options["convention"])
        if options["verify"]:
            self._verify(Report.objects.filter(month=month, convention=convention).first())
            return
        now = timezone.now()
        try:
            report = request_report(convention, month, by=None, at=now)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        build_draft(report, now)
        self.stdout.write(f"Projet établi : {report}, chiffres {report.figures_sha256[:16]}, fichier {report.pdf}")

    def _verify(self, report: Report | None) -> None:
        if report is None or report.status not in (ReportStatus.DRAFT, ReportStatus.PUBLISHED):
            raise CommandError("Ce rapport n'est pas établi.")
        differs = [*damaged_files(report), *rebuilt_differs(report)]
        for line in differs:
            self.stdout.write(line)
        if differs:
            raise CommandError("Le rapport ne se recalcule pas à l'identique.")
        self.stdout.write(f"{report} : recalculé à l'identique, chiffres {report.figures_sha256}.")


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as unreadable:
        raise CommandError("Le mois s'écrit comme 2026-09.") from unreadable


def _convention(slug: str | None) -> Convention | None:
    if slug is None:
        return None
    found = Convention.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Convention.objects.values_list("slug", flat=True))
        raise CommandError(f"Convention inconnue : {slug}. Connues : {known}.")
    return found
