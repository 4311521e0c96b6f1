"""Pages of the desk of a hospital."""

from django.urls import path

from health.hospitals import views
from health.hospitals.lists import DOCTORS

app_name = "hospitals"
urlpatterns = [
    path("doctors/", DOCTORS.view(), name="doctors"),
    *views.DOCTOR_PAGE.paths("doctors/<uuid:pk>/"),
]
