"""The public addresses: short, for posters and small screens."""

from django.urls import path

from mobile_forms import follow_up, report

urlpatterns = [
    path("r/<str:code>", report.place, name="qr"),
    path("r/<str:code>/moi-aussi/<str:ref>", report.support, name="qr-support"),
    path("s/<str:secret>", follow_up.follow_up, name="follow-up"),
    path("s/<str:secret>/<slug:verb>", follow_up.say, name="follow-up-verb"),
    path("s/<str:secret>/photos/<uuid:photo_uuid>.jpg", follow_up.photo, name="follow-up-photo"),
]
