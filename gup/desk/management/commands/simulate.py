from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.enums import StageChoice
from gup.conventions.models import ConventionVersion
from gup.reports.french import percent, points
from gup.reports.simulation import simulate


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
        self.stdout.write(f"{version} : {found.incidents} incidents comparés, {len(found.moved)} verdicts changent.")
        for line in [*found.stages, *found.categories]:
            was, would_be = line.observed.rates.contractual, line.supposed.rates.contractual
            name = (
                f"{StageChoice(line.stage).label} · {line.category}" if line.category else StageChoice(line.stage).label
            )
            self.stdout.write(f"{name:<70} {percent(was):>8} → {percent(would_be):>8}  {points(line.points)}")
