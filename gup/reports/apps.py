from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "gup.reports"
    verbose_name = "Rapports"
    default_auto_field = "django.db.models.BigAutoField"
