from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from gup.incidents.models import Incident
from gup.partners.models import User
from gup.places.models import QrCode
from gup.reference.demonstration.accounts import ACCOUNTS, PASSWORD, SHOWN
from gup.reference.demonstration.year import first_day, tell_year


class Command(BaseCommand):
    help = "Charge une année de démonstration (marquée DÉMO) ; ne fait rien quand des incidents sont déjà là."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", type=datetime.fromisoformat, help="l'instant où l'année s'arrête (maintenant)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.GUP_PRODUCTION:
            raise CommandError("La démonstration ne se charge pas en production.")
        if Incident.objects.exists():
            self.stdout.write("Des incidents sont déjà là : la démonstration n'est pas rechargée.")
        else:
            self._tell(options["until"] or timezone.now())
        self._say_what_to_open()

    def _tell(self, until: datetime) -> None:
        until = until.replace(tzinfo=until.tzinfo or UTC).astimezone(UTC)
        days = (until.date() - first_day(until)).days + 1
        with tqdm(total=days, desc="Année de démonstration", unit=" jours") as bar:
            told = tell_year(until, progress=bar.update)
        self.stdout.write(
            f"Démonstration : {told.incidents} incidents, {told.events} faits, {told.photos} photos, "
            f"{told.reports} rapports mensuels."
        )

    def _say_what_to_open(self) -> None:
        if not User.objects.filter(is_demonstration=True).exists():
            return
        base = settings.GUP_BASE_URL
        self.stdout.write(f"\nComptes de démonstration (mot de passe : {PASSWORD})")
        for account in ACCOUNTS:
            if account.login in SHOWN:
                self.stdout.write(f"  {account.email:<34} {account.role.label}")
        code = QrCode.objects.filter(residence__is_demonstration=True, spot__kind="lift").order_by("id").first()
        if code is not None:
            self.stdout.write(f"\nLa page d'un QR code ({code.residence}, {code.spot}) : {base}/r/{code.code}")
