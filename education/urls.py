"""Pages of this app: a table of contents."""

from django.urls import include, path

urlpatterns = [
    path("courses/", include("education.courses.urls")),
    path("figures/", include("education.figures.urls")),
    path("homework/", include("education.homework.urls")),
    path("hotlines/", include("education.hotlines.urls")),
    path("learners/", include("education.learners.urls")),
    path("libraries/", include("education.libraries.urls")),
    path("packages/", include("education.packages.urls")),
    path("quizzes/", include("education.quizzes.urls")),
    path("rosters/", include("education.rosters.urls")),
    path("safeguarding/", include("education.safeguarding.urls")),
    path("skills/", include("education.skills.urls")),
    path("supplies/", include("education.supplies.urls")),
    path("tutoring/", include("education.tutoring.urls")),
]
