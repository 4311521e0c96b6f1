"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("logistics.parcels.api_urls")),
    path("", include("logistics.routes.api_urls")),
]
