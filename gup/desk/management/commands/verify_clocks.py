from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.promise_book import one_book
from gup.incidents.models import Incident
from gup.incidents.projection import differences


class Command(BaseCommand):
    help = "Compare chaque horloge enregistrée avec un calcul neuf depuis l'historique ; sort avec 1 si l'une diffère."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("refs", nargs="*", help="des références ; sans elles, tous les incidents")

    def handle(self, *args: Any, **options: Any) -> None:
        incidents = Incident.objects.select_related("residence", "convention_version").order_by("id")
        if options["refs"]:
            incidents = incidents.filter(ref__in=options["refs"])
            unknown = set(options["refs"]) - set(incidents.values_list("ref", flat=True))
            if unknown:
                raise CommandError(f"Référence inconnue : {', '.join(sorted(unknown))}.")
        now = timezone.now()
        checked = wrong = 0
        with one_book():
            for incident in incidents.prefetch_related("events", "clocks").iterator(chunk_size=500):
                checked += 1
                for line in differences(incident, now):
                    wrong += 1
                    self.stdout.write(line)
        if wrong:
            raise CommandError(f"{wrong} différence(s) sur {checked} incidents.")
        self.stdout.write(f"{checked} incidents vérifiés : chaque horloge est celle que l'historique donne.")
