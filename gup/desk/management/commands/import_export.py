from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gup.reports.export.reading import check_archive


class Command(BaseCommand):
    help = "Relit l'archive d'une convention et compare : empreintes, lignes, renvois, chiffres recomptés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="l'archive .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = check_archive(options["file"])
        for table, count in checked.lines.items():
            self.stdout.write(f"{table:<20} {count:>9} lignes")
        self.stdout.write(f"{'délais décidés':<20} {checked.decided.total():>9} recomptés")
        for flaw in checked.flaws:
            self.stdout.write(flaw)
        if checked.flaws:
            raise CommandError("L'archive n'est pas celle qu'elle dit être.")
        self.stdout.write("L'archive se relit entière, et ses chiffres sont ceux qu'elle annonce.")
