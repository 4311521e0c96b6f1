"""Pages of packages."""

from django.urls import path

from education.packages import views
from education.packages.lists import PACKAGES

app_name = "packages"
urlpatterns = [
    path("", PACKAGES.view(), name="packages"),
    path("new/", views.new_package, name="new"),
    *views.FRAMED,
    *views.PACKAGE_PAGE.action_paths("<uuid:pk>/"),
    *views.LEARNER_PAGE.paths("class-enrolments/<uuid:pk>/"),
]
