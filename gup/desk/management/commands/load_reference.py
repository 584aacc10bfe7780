from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gup.reference.loading import REFERENCE_FILE, load_reference


class Command(BaseCommand):
    help = "Charge les quartiers, la nomenclature, les partenaires et les conventions illustratives (sans doublon)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=REFERENCE_FILE, help="un autre fichier de référence")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_reference(options["file"])
        except (OSError, KeyError, ValueError, TypeError) as refusal:
            raise CommandError(f"Fichier de référence refusé, rien n'est écrit : {refusal!r}") from refusal
        self.stdout.write(
            f"Référence : {loaded.quartiers} quartiers, {loaded.categories} familles et catégories, "
            f"{loaded.organisations} organisations, {loaded.residences} résidences, {loaded.conventions} conventions."
        )
