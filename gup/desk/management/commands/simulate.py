from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.models import ConventionVersion
from gup.reports.simulation import simulate
from gup.reports.simulation_sheet import render_text


class Command(BaseCommand):
    help = "Montre ce que les douze derniers mois auraient donné sous un projet d'avenant, sans rien modifier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("convention")
        parser.add_argument("--version-number", type=int, help="le numéro de l'avenant (le dernier projet)")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = ConventionVersion.objects.filter(convention__slug=options["convention"])
        if options["version_number"] is None:
            versions = versions.filter(activated_at__isnull=True)
        else:
            versions = versions.filter(number=options["version_number"])
        version = versions.select_related("convention").order_by("number").last()
        if version is None:
            raise CommandError("Aucun projet d'avenant de ce nom.")
        try:
            found = simulate(version, now=timezone.now())
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self.stdout.write(render_text(found))
