from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "gup.inspections"
    verbose_name = "Passages, visites et actions"
    default_auto_field = "django.db.models.BigAutoField"
