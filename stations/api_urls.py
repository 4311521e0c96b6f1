"""API endpoints of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stations.accounts.api_urls")),
    path("", include("stations.people.api_urls")),
    path("", include("stations.duplicates.api_urls")),
    path("", include("stations.archive.api_urls")),
    path("", include("stations.rights.api_urls")),
    path("", include("stations.inspections.api_urls")),
    path("", include("stations.scores.api_urls")),
    path("", include("stations.places.api_urls")),
    path("", include("stations.network.api_urls")),
    path("", include("stations.recruitment.api_urls")),
    path("", include("stations.contracts.api_urls")),
]
