"""The desk's addresses."""

from django.urls import path

from gup.desk import (
    alerts,
    calendars,
    compliance,
    health,
    home,
    incident_list,
    incident_new,
    incident_page,
    mailbox,
    photos,
    reports,
    simulation,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("incidents/", incident_list.incidents, name="incidents"),
    path("incidents/nouveau/", incident_new.new_incident, name="incident-new"),
    path("incidents/<str:ref>/", incident_page.incident, name="incident"),
    path("incidents/<str:ref>/<slug:verb>/", incident_page.say, name="incident-verb"),
    path("photos/<uuid:photo_uuid>/<str:size>.jpg", photos.photo, name="photo"),
    path("engagements/", compliance.compliance, name="compliance"),
    path("engagements/horloges/", compliance.clocks, name="compliance-clocks"),
    path("conventions/<slug:slug>/<int:number>/simulation/", simulation.simulation, name="convention-simulation"),
    path(
        "conventions/<slug:slug>/<int:number>/simulation.csv",
        simulation.simulation_csv,
        name="convention-simulation-csv",
    ),
    path("vigilance/", alerts.alerts, name="alerts"),
    path("vigilance/<int:pk>/fin/", alerts.end, name="alert-end"),
    path("horaires/", calendars.calendars, name="calendars"),
    path("horaires/<slug:slug>/", calendars.calendar, name="calendar"),
    path("rapports/", reports.reports, name="reports"),
    path("rapports/<int:pk>/", reports.report, name="report"),
    path("rapports/<int:pk>/publier/", reports.publish_report, name="report-publish"),
    path("rapports/<int:pk>/commentaire/", reports.comment_report, name="report-comment"),
    path("rapports/<int:pk>/reconstruire/", reports.rebuild_report, name="report-rebuild"),
    path("rapports/<int:pk>/rapport.<str:kind>", reports.report_file, name="report-file"),
    path("courrier/", mailbox.mailbox, name="mailbox"),
    path("courrier/<str:name>/", mailbox.letter, name="letter"),
]
