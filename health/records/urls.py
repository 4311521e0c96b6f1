"""Pages of health records."""

from django.urls import path

from health.records import views
from health.records.lists import EMERGENCIES, RECORDS

app_name = "records"
urlpatterns = [
    path("records/", RECORDS.view(), name="records"),
    path("records/open/", views.open_record, name="open"),
    path("records/emergency/", views.open_emergency, name="emergency"),
    *views.RECORD_PAGE.paths("records/<uuid:pk>/"),
    path("records/<uuid:pk>/paper/", views.paper, name="paper"),
    path("emergencies/", EMERGENCIES.view(), name="emergencies"),
    *views.EMERGENCY_PAGE.paths("emergencies/<uuid:pk>/"),
]
