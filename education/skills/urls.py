"""Pages of trainings."""

from django.urls import path

from education.skills.lists import SESSIONS, TRAININGS
from education.skills.views import figures, gates, sessions

app_name = "skills"
urlpatterns = [
    path("", TRAININGS.view(), name="trainings"),
    path("figures/", figures.figures, name="figures"),
    path("services/", gates.own_gates, name="gates"),
    path("training-sessions/", SESSIONS.view(), name="sessions"),
    *sessions.SESSION_PAGE.paths("training-sessions/<uuid:pk>/"),
    path("training-sessions/<uuid:pk>/sheet/", sessions.print_sheet, name="print-sheet"),
]
