from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "gup.places"
    verbose_name = "Lieux"
    default_auto_field = "django.db.models.BigAutoField"
