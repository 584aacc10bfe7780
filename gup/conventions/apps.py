from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    name = "gup.conventions"
    verbose_name = "Conventions"
    default_auto_field = "django.db.models.BigAutoField"
