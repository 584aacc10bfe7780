import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gup.service_levels.vectors import differences


class Command(BaseCommand):
    help = "Calcule chaque vecteur d'un fichier et montre ceux qui diffèrent."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 when a vector differs, when the file cannot be read or is no file of vectors."""
        path: Path = options["file"]
        try:
            document = json.loads(path.read_bytes())
            if not isinstance(document, dict):
                raise ValueError("un objet JSON est attendu.")
            lines = differences(document)
        except OSError as error:
            raise CommandError(f"{path} : lecture impossible ({error.strerror}).") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path} : {error}") from error
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} vecteur(s) sur {len(document['vectors'])} diffèrent.")
        self.stdout.write(self.style.SUCCESS(f"{len(document['vectors'])} vecteurs, tous conformes."))
