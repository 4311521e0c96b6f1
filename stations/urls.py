"""Pages of this app: a table of contents."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stations.accounts.urls")),
    path("", include("stations.inbox.urls")),
    path("", include("stations.people.urls")),
    path("", include("stations.duplicates.urls")),
    path("", include("stations.archive.urls")),
    path("", include("stations.rights.urls")),
    path("", include("stations.inspections.urls")),
    path("", include("stations.scores.urls")),
    path("", include("stations.network.urls")),
    path("", include("stations.recruitment.urls")),
    path("", include("stations.contracts.urls")),
]
