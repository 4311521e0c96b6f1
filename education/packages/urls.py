"""Pages of packages."""

from django.urls import path

from education.packages import views
from education.packages.lists import PACKAGES, RESULTS

app_name = "packages"
urlpatterns = [
    path("", PACKAGES.view(), name="packages"),
    path("results/", RESULTS.view(), name="results"),
    path("new/", views.new_package, name="new"),
    *views.FRAMED,
    *views.PACKAGE_PAGE.action_paths("<uuid:pk>/"),
    *views.LEARNER_PAGE.paths("class-enrolments/<uuid:pk>/"),
]
