"""Every endpoint of the API, below /api/v1/. Paths name nouns, never apps."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.api_urls")),
    path("", include("stations.api_urls")),
    path("", include("finance.api_urls")),
]
