import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gup.partners.account_life import open_account
from gup.partners.enums import Role
from gup.partners.models import Organisation


class Command(BaseCommand):
    help = "Ouvre un compte, d'administration du DSU si rien d'autre n'est dit ; demande son mot de passe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="l'adresse avec laquelle la personne se connectera")
        parser.add_argument("--name", required=True, help="son nom")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMINISTRATOR, help="administrator")
        parser.add_argument("--organisation", default="dsu", help="le code de son organisation (dsu)")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"Aucune organisation « {options['organisation']} » : voyez gup load-reference.")
        # A password is typed, or piped in; on the command line, others of the machine would read it.
        password = getpass("Mot de passe : ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        given = {"full_name": options["name"], "password": password, "role": Role(options["role"])}
        try:
            user = open_account(options["email"], organisation=organisation, at=timezone.now(), **given)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"Compte ouvert : {user.email}, {given['role'].label}, {organisation}.")
