"""Pages of safeguarding."""

from django.urls import path

from education.safeguarding import views
from education.safeguarding.lists import CONCERNS, VETTINGS

app_name = "safeguarding"
urlpatterns = [
    path("children/", views.children, name="children"),
    *views.CHILD_PAGE.paths("children/<uuid:pk>/"),
    path("children/<uuid:pk>/concern/", views.report, name="report"),
    path("reported/", views.reported, name="reported"),
    path("concerns/", CONCERNS.view(), name="concerns"),
    *views.CONCERN_PAGE.paths("concerns/<uuid:pk>/"),
    path("vettings/", VETTINGS.view(), name="vettings"),
    path("vettings/new/", views.new_vetting, name="new-vetting"),
    *views.VETTING_PAGE.paths("vettings/<uuid:pk>/"),
]
