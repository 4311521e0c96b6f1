"""Pages of learners' screens for whoever runs the classes."""

from django.urls import path

from education.learners.lists import LEARNER_CLASSES
from education.learners.views import classes

app_name = "learners"
urlpatterns = [
    path("", LEARNER_CLASSES.view(), name="classes"),
    path("learner-classes/<uuid:pk>/", classes.learner_class, name="class"),
    path("learner-classes/<uuid:pk>/open/", classes.open_screen, name="class-open"),
    *classes.SCREEN_PAGE.paths("learner-screens/<uuid:pk>/"),
    *classes.LEARNER_PAGE.paths("learner-enrolments/<uuid:pk>/"),
]
