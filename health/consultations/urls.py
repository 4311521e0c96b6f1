"""Pages of online consultations."""

from django.urls import path

from health.consultations import views
from health.consultations.lists import CASES, CONSULTATIONS, PRESCRIPTIONS

app_name = "consultations"
urlpatterns = [
    path("consultations/", CONSULTATIONS.view(), name="consultations"),
    path("consultations/new/", views.new, name="new"),
    *views.CONSULTATION_PAGE.paths("consultations/<uuid:pk>/"),
    path("cases/", CASES.view(), name="cases"),
    *views.CASE_PAGE.paths("cases/<uuid:pk>/"),
    path("prescriptions/", PRESCRIPTIONS.view(), name="prescriptions"),
    *views.PRESCRIPTION_PAGE.paths("prescriptions/<uuid:pk>/"),
    path("prescriptions/<uuid:pk>/slip/", views.slip, name="slip"),
]
