"""Pages of rosters."""

from django.urls import path

from education.rosters import views
from education.rosters.lists import ROSTERS, UNDECIDED

app_name = "rosters"
urlpatterns = [
    path("", ROSTERS.view(), name="rosters"),
    path("new/", views.new_roster, name="new"),
    path("undecided/", UNDECIDED.view(), name="undecided"),
    *views.ENTRY_PAGE.paths("roster-entries/<uuid:pk>/"),
    *views.ROSTER_PAGE.paths("<uuid:pk>/"),
]
