"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("health.hospitals.api_urls")),
    path("", include("health.appointments.api_urls")),
    path("", include("health.chronic.api_urls")),
    path("", include("health.records.api_urls")),
    path("", include("health.checkups.api_urls")),
    path("", include("health.consultations.api_urls")),
    path("", include("health.exports.api_urls")),
    path("", include("health.promotion.api_urls")),
    path("", include("health.fhir.api_urls")),
]
