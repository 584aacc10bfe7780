from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from gup.partners.audit import note
from gup.partners.models import User


class Command(BaseCommand):
    help = "Retire la deuxième étape d'un compte (téléphone, clés et codes perdus) ; c'est inscrit au journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="l'adresse du compte")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("Aucun compte n'a cette adresse.")
        with transaction.atomic():
            removed, _ = Authenticator.objects.filter(user=user).delete()
            if not removed:
                raise CommandError("Ce compte n'a pas de deuxième étape.")
            note(actor="exploitant", action="deuxième étape retirée", subject=user.email, at=timezone.now())
        self.stdout.write(
            f"{user.email} se connecte par son seul mot de passe, et peut régler une autre deuxième étape."
        )
