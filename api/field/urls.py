"""The addresses of the field app, below `/api/v1/field/`."""

from django.urls import path

from api.field.actions import ActionView
from api.field.enrolment import BearerView, EnrolView
from api.field.incidents import DuplicatesView, IncidentsView, IncidentView
from api.field.passages import PassageView
from api.field.photos import PhotoView, ThumbnailView
from api.field.reference import ReferenceView

read, report = IncidentView.as_view(http_method_names=["get", "head", "options"]), IncidentView.as_view()

urlpatterns = [
    path("enrol", EnrolView.as_view(), name="field-enrol"),
    path("me", BearerView.as_view(), name="field-me"),
    path("reference", ReferenceView.as_view(), name="field-reference"),
    path("duplicates", DuplicatesView.as_view(), name="field-duplicates"),
    path("incidents", IncidentsView.as_view(), name="field-incidents"),
    path("incidents/<uuid:key>", report, name="field-report"),
    path("incidents/<slug:key>", read, name="field-incident"),
    path("incidents/<slug:key>/actions/<uuid:name>", ActionView.as_view(), name="field-action"),
    path("incidents/<slug:key>/photos/<uuid:name>", PhotoView.as_view(), name="field-photo"),
    path("photos/<uuid:name>", ThumbnailView.as_view(), name="field-thumbnail"),
    path("passages/<uuid:name>", PassageView.as_view(), name="field-passage"),
]
