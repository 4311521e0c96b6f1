"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("health.appointments.urls")),
    path("", include("health.hospitals.urls")),
    path("", include("health.chronic.urls")),
    path("", include("health.records.urls")),
    path("", include("health.checkups.urls")),
    path("", include("health.consultations.urls")),
    path("", include("health.promotion.urls")),
]
