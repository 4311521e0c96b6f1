"""Pages of programmes."""

from django.urls import path

from health.chronic import views
from health.chronic.lists import DATE_LIST, FOLLOW_UPS

app_name = "chronic"
urlpatterns = [
    path("chronic/", FOLLOW_UPS.view(), name="follow-ups"),
    path("chronic/new/", views.enrol, name="enrol"),
    path("chronic/dates/", DATE_LIST.view(), name="dates"),
    path("chronic/figures/", views.figures, name="figures"),
    *views.ENROLMENT_PAGE.paths("chronic/<uuid:pk>/"),
]
