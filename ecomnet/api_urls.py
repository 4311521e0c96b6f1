"""Every endpoint of the API, below /api/v1/. Paths name nouns, never apps."""

from django.urls import include, path

from core.web.addresses import by_first_segment
from ecomnet import api_docs

urlpatterns = by_first_segment(
    [
        path("schema/", api_docs.SchemaView.as_view(), name="api-schema"),
        path("docs/", api_docs.docs, name="api-docs"),
        path("docs/try/", api_docs.viewer, name="api-viewer"),
        path("docs/style/", api_docs.style, name="api-docs-style"),
        path("", include("core.api_urls")),
        path("", include("stations.api_urls")),
        path("", include("finance.api_urls")),
        path("", include("orders.api_urls")),
        path("", include("education.api_urls")),
        path("", include("logistics.api_urls")),
        path("", include("scheduling.api_urls")),
        path("", include("health.api_urls")),
    ]
)
