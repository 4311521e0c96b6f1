"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("logistics.parcels.api_urls")),
]
