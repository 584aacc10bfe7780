"""The public addresses: short, for posters and small screens. What is no code and no secret never reaches the base."""

from django.urls import path

from mobile_forms import follow_up, report

urlpatterns = [
    path("r/<slug:code>", report.place, name="qr"),
    path("r/<slug:code>/moi-aussi/<slug:ref>", report.support, name="qr-support"),
    path("s/<slug:secret>", follow_up.follow_up, name="follow-up"),
    path("s/<slug:secret>/<slug:verb>", follow_up.say, name="follow-up-verb"),
    path("s/<slug:secret>/photos/<uuid:photo_uuid>.jpg", follow_up.photo, name="follow-up-photo"),
]
