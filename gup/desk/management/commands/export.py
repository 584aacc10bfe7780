from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.conventions.models import Convention
from gup.reports.export.archive import write_archive
from gup.reports.export.snapshot import one_snapshot
from gup.reports.export.tables import Scope


class Command(BaseCommand):
    help = "Écrit l'archive d'une convention : ses promesses, ses incidents, ses délais, ses rapports publiés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="la convention, comme gup-simar-demo")
        parser.add_argument("file", type=Path, help="le fichier .zip à écrire")
        parser.add_argument("--with-contacts", action="store_true", help="avec les noms et contacts des signalants")

    def handle(self, *args: Any, **options: Any) -> None:
        convention = Convention.objects.filter(slug=options["slug"]).first()
        if convention is None:
            known = ", ".join(Convention.objects.values_list("slug", flat=True))
            raise CommandError(f"Convention inconnue : {options['slug']}. Connues : {known}.")
        path: Path = options["file"]
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as out, one_snapshot() as alias:
                scope = Scope(convention, timezone.now(), alias, options["with_contacts"])
                written = write_archive(out, scope, lambda rows: self.stderr.write(f"{rows} lignes"))
            part.replace(path)
        except OSError as refused:
            part.unlink(missing_ok=True)
            raise CommandError(f"Écriture impossible : {refused}. Rien n'est gardé.") from refused
        self.stdout.write(f"{convention} : {written.rows} lignes écrites dans {path}.")
