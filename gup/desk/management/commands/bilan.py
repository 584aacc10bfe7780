from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.models import Convention
from gup.incidents.errors import Refused
from gup.reports.bilan.making import build_bilans, request_bilan
from gup.reports.enums import BilanKind, ReportStatus


class Command(BaseCommand):
    help = "Établit le projet du bilan d'une année, ou du dossier de sa première moitié."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int, help="l'année, comme 2026")
        parser.add_argument("--convention", help="la convention ; sans elle, toute la commune")
        parser.add_argument("--mid-year", action="store_true", help="le dossier de mi-année (janvier à juin)")

    def handle(self, *args: Any, **options: Any) -> None:
        convention = Convention.objects.filter(slug=options["convention"]).first()
        if options["convention"] and convention is None:
            known = ", ".join(Convention.objects.values_list("slug", flat=True))
            raise CommandError(f"Convention inconnue : {options['convention']}. Connues : {known}.")
        kind, now = BilanKind.MID_YEAR if options["mid_year"] else BilanKind.ANNUAL, timezone.now()
        try:
            bilan = request_bilan(convention, kind, options["year"], by=None, at=now)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        build_bilans(now)
        bilan.refresh_from_db()
        if bilan.status != ReportStatus.DRAFT:
            raise CommandError(f"La construction a échoué : {bilan.last_error}")
        self.stdout.write(f"Projet établi : {bilan}, chiffres {bilan.figures_sha256[:16]}, fichier {bilan.pdf}")
