"""The field app. Its screens are behind the `#` of one address: no network is needed to go from one to the next."""

from django.urls import path

from mobile_forms import terrain

urlpatterns = [
    path("", terrain.shell, name="terrain"),
    path("sw.js", terrain.worker, name="terrain-worker"),
    path("manifest.webmanifest", terrain.manifest, name="terrain-manifest"),
]
