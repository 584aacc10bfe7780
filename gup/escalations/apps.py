from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "gup.escalations"
    verbose_name = "Escalades"
    default_auto_field = "django.db.models.BigAutoField"
