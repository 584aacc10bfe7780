"""The `gup` command: `gup migrate`, `gup run`, `gup check-vectors FILE`... Each is a Django command, with hyphens."""

import os
import sys

import django
from django.core.management import call_command, execute_from_command_line, get_commands, load_command_class

OWN = ("gup.", "api", "worker", "mobile_forms")
# Django's own that an operator needs; the others answer too, but are not listed.
FROM_DJANGO = {
    "migrate": "Crée ou met à jour la base.",
    "changepassword": "Change le mot de passe d'un compte.",
    "collectstatic": "Rassemble les fichiers statiques (fait par « gup run »).",
}


def help_text() -> str:
    """The list of commands, with what each does."""
    lines = dict(FROM_DJANGO)
    for name, app in get_commands().items():
        if app.startswith(OWN):
            lines[name] = load_command_class(app, name).help
    width = max(map(len, lines))
    listed = "\n".join(f"  gup {name.replace('_', '-'):<{width}}  {lines[name]}" for name in sorted(lines))
    return f"Gestion Urbaine de Proximité. Commandes :\n\n{listed}\n\n« gup COMMANDE --help » dit ses options.\n"


def main() -> None:
    """Run the command named on the command line; exits with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gup.settings")
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("help", "--help", "-h"):
        django.setup()
        sys.stdout.write(help_text())
        return
    name = arguments[0].replace("-", "_")
    execute_from_command_line(["gup", name, *arguments[1:]])
    if name == "migrate" and not {"--check", "--plan"} & set(arguments):
        # The table of the login limits: Django keeps it out of migrations.
        call_command("createcachetable")


if __name__ == "__main__":
    main()
