"""The only place that mounts the doors."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("gup.desk.urls")),
    # Outside the languages: the app is French, and its address is what the phone installed.
    path("terrain/", include("mobile_forms.terrain_urls")),
    *i18n_patterns(path("", include("mobile_forms.urls")), prefix_default_language=False),
    path("compte/", include("allauth.urls")),
    path("api/", include("api.urls")),
]

handler403 = "gup.desk.errors.forbidden"
handler404 = "gup.desk.errors.not_found"
