from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from gup.conventions.amendments import activate
from gup.conventions.spreadsheet.flaws import Outdated, WrongFile
from gup.conventions.spreadsheet.importing import DryRun, dry_run
from gup.conventions.spreadsheet.opening import MAX_BYTES
from gup.conventions.spreadsheet.writing import write_project
from gup.partners.models import User


class Command(BaseCommand):
    help = "Lit une convention rédigée dans un classeur, dit ce qu'elle change, et l'enregistre comme projet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans rien écrire")
        parser.add_argument("--activate", action="store_true", help="activer le projet (avec --by)")
        parser.add_argument("--by", help="l'adresse d'un compte d'administration du DSU, inscrite au journal")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["activate"] and not options["by"]:
            raise CommandError("Activer engage les signataires : dites qui le fait, avec --by ADRESSE.")
        by, now = _person(options["by"]), timezone.now()
        data = _read(options["file"])
        try:
            run = dry_run(data, at=now)
            self._say(run)
            if options["dry_run"]:
                self.stdout.write("Rien n'a été écrit.")
            else:
                self._write(data, run, by, now, activating=options["activate"])
        except WrongFile as wrong:
            lines = "\n".join(f"  {flaw}" for flaw in wrong.flaws)
            raise CommandError(f"{len(wrong.flaws)} erreur(s), rien n'a été écrit :\n{lines}") from wrong
        except Outdated as outdated:
            raise CommandError(str(outdated)) from outdated
        except PermissionDenied as denied:
            raise CommandError(f"{denied} Rien n'a été écrit.") from denied
        except ValidationError as refusal:
            raise CommandError(f"Rien n'a été écrit : {' '.join(refusal.messages)}") from refusal

    def _say(self, run: DryRun) -> None:
        self.stdout.write(f"Par rapport à : {run.in_force or 'rien, la convention est nouvelle'}")
        if not run.changes:
            self.stdout.write("Rien ne change.")
        for sheet, found in run.changes.by_sheet:
            for difference in found:
                self.stdout.write(f"  {sheet} · {difference}")
        for remark in run.remarks:
            self.stdout.write(f"Remarque : {remark}")

    def _write(self, data: bytes, run: DryRun, by: User | None, now: datetime, *, activating: bool) -> None:
        with transaction.atomic():
            version = write_project(data, state=run.state, by=by, at=now)
            is_new_binding = activating and version.activated_at is None
            if is_new_binding and by is not None:
                activate(version, by=by, at=now)
        if run.is_identical:
            self.stdout.write("Ce fichier est déjà enregistré : rien ne change.")
        else:
            self.stdout.write(f"Projet enregistré : {version}")
        if is_new_binding:
            self.stdout.write(f"Activé : {version}, à partir du {version.in_force_from:%d/%m/%Y}")


def _read(path: Path) -> bytes:
    """The file, or as much as shows that it is too big."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as missing:
        raise CommandError(f"{path} : lecture impossible ({missing.strerror}).") from missing


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise CommandError(f"Aucun compte actif à l'adresse {email}.")
    return found
