"""API endpoints of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("", include("education.courses.api_urls")),
    path("", include("education.homework.api_urls")),
    path("", include("education.hotlines.api_urls")),
    path("", include("education.learners.api_urls")),
    path("", include("education.libraries.api_urls")),
    path("", include("education.packages.api_urls")),
    path("", include("education.quizzes.api_urls")),
    path("", include("education.rosters.api_urls")),
    path("", include("education.safeguarding.api_urls")),
    path("", include("education.skills.api_urls")),
    path("", include("education.statements.api_urls")),
    path("", include("education.supplies.api_urls")),
    path("", include("education.tutoring.api_urls")),
]
