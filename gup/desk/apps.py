from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "gup.desk"
    verbose_name = "Espace partenaire"
