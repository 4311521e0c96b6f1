"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("parcels/", include("logistics.parcels.urls")),
    path("", include("logistics.routes.urls")),
]
