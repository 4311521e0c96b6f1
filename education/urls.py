"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("safeguarding/", include("education.safeguarding.urls")),
]
