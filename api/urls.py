"""The addresses of `/api/`."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from api.addresses import REF
from api.alerts import AlertViewSet
from api.categories import CategoryViewSet
from api.clocks import ClockViewSet
from api.conventions import ConventionViewSet
from api.docs import DocsView, schema
from api.escalations import EscalationViewSet
from api.events import EventViewSet
from api.incidents import IncidentViewSet
from api.me import MeView
from api.milestones import MilestoneViewSet
from api.missing import MissingView
from api.passages import PassageViewSet
from api.photos import IncidentPhotoViewSet, PhotoViewSet
from api.places import QuartierViewSet, ResidenceViewSet, SpotViewSet
from api.promises import PromisedMonthViewSet
from api.reports import ReportViewSet
from api.walks import WalkViewSet

router = SimpleRouter(trailing_slash=False)
router.register("quartiers", QuartierViewSet)
router.register("residences", ResidenceViewSet)
router.register("spots", SpotViewSet)
router.register("categories", CategoryViewSet)
router.register("conventions", ConventionViewSet)
router.register("incidents", IncidentViewSet)
router.register(rf"incidents/(?P<ref>{REF})/events", EventViewSet, basename="incident-event")
router.register(rf"incidents/(?P<ref>{REF})/photos", IncidentPhotoViewSet, basename="incident-photo")
router.register(rf"incidents/(?P<ref>{REF})/clocks", ClockViewSet, basename="incident-clock")
router.register("photos", PhotoViewSet)
router.register("escalations", EscalationViewSet)
router.register("reports", ReportViewSet)
router.register("alerts", AlertViewSet)
router.register("passages", PassageViewSet)
router.register("walks", WalkViewSet)
router.register("milestones", MilestoneViewSet)
router.register("promises", PromisedMonthViewSet, basename="promised-month")

v1 = [
    path("me", MeView.as_view(), name="me"),
    path("field/", include("api.field.urls")),
    *router.urls,
    re_path("", MissingView.as_view(), name="missing"),
]

urlpatterns = [
    path("v1/", include((v1, "api"))),
    path("schema/", schema, name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
