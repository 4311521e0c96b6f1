"""Pages of tutoring."""

from django.urls import path

from education.tutoring.lists import CONTESTED_LESSONS, LESSONS, TUTORS
from education.tutoring.views import booking, deciding, figures, lessons, tutors

app_name = "tutoring"
urlpatterns = [
    path("", LESSONS.view(), name="lessons"),
    *lessons.LESSON_PAGE.paths("tutoring-sessions/<uuid:pk>/"),
    path("tutoring-sessions/<uuid:pk>/slip/", lessons.slip, name="slip"),
    path("contested-lessons/", CONTESTED_LESSONS.view(), name="contested-lessons"),
    *deciding.DECISION_PAGE.paths("contested-lessons/<uuid:pk>/"),
    path("learners/", booking.learners, name="learners"),
    path("learners/<uuid:pk>/", booking.learner, name="learner"),
    path("learners/<uuid:pk>/book/", booking.book, name="book"),
    path("learners/<uuid:pk>/weekly/", booking.weekly, name="weekly"),
    path("tutors/", TUTORS.view(), name="tutors"),
    path("tutors/new/", tutors.register, name="new-tutor"),
    *tutors.TUTOR_PAGE.paths("tutors/<uuid:pk>/"),
    path("figures/", figures.figures, name="figures"),
]
