"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("courses/", include("education.courses.urls")),
    path("libraries/", include("education.libraries.urls")),
    path("safeguarding/", include("education.safeguarding.urls")),
]
