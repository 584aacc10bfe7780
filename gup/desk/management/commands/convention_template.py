from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gup.conventions.spreadsheet.template import template


class Command(BaseCommand):
    help = "Écrit le modèle de classeur dans lequel une convention se rédige."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier .xlsx à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            path.write_bytes(template())
        except OSError as refused:
            raise CommandError(f"Écriture impossible : {refused}.") from refused
        self.stdout.write(f"Modèle écrit : {path}")
