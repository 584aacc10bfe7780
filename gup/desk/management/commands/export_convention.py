from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gup.conventions.models import Convention, ConventionVersion
from gup.conventions.spreadsheet.comparing import basis_of
from gup.conventions.spreadsheet.exporting import export_version


class Command(BaseCommand):
    help = "Écrit une version de convention dans un classeur, qui s'importe à l'identique."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """`--version` is the convention's here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="la convention, comme gup-simar-demo")
        parser.add_argument("--version", type=int, dest="number", help="son numéro ; sans lui, celle en vigueur")
        parser.add_argument("file", type=Path, help="le fichier .xlsx à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        version = _version(options["slug"], options["number"])
        path: Path = options["file"]
        try:
            path.write_bytes(export_version(version))
        except OSError as refused:
            raise CommandError(f"Écriture impossible : {refused}.") from refused
        self.stdout.write(f"{version} : écrite dans {path}")


def _version(slug: str, number: int | None) -> ConventionVersion:
    convention = Convention.objects.filter(slug=slug).first()
    if convention is None:
        known = ", ".join(Convention.objects.values_list("slug", flat=True))
        raise CommandError(f"Convention inconnue : {slug}. Connues : {known}.")
    versions = list(convention.versions.select_related("convention__organisation").order_by("number"))
    if number is None:
        found = basis_of(versions, timezone.now())
    else:
        found = next((version for version in versions if version.number == number), None)
    if found is None:
        numbers = ", ".join(str(version.number) for version in versions)
        raise CommandError(f"Cette version n'existe pas. Versions de {slug} : {numbers}.")
    return found
