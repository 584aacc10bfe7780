from django.apps import AppConfig


class MobileFormsConfig(AppConfig):
    name = "mobile_forms"
