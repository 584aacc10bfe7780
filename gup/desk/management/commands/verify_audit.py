from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gup.partners.audit import broken_links, head


class Command(BaseCommand):
    help = "Vérifie la chaîne du journal d'audit ; sort avec 1 si une ligne a été changée ou retirée."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_links()
        for line in broken:
            self.stdout.write(line)
        if broken:
            raise CommandError(f"{len(broken)} ligne(s) rompent la chaîne.")
        self.stdout.write(f"La chaîne est entière. Tête : {head()}")
