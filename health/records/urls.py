"""Pages of health records."""

from django.urls import path

from health.records.lists import EMERGENCIES, RECORDS
from health.records.views import grantees, records

app_name = "records"
urlpatterns = [
    path("records/", RECORDS.view(), name="records"),
    path("records/open/", records.open_record, name="open"),
    path("records/emergency/", records.open_emergency, name="emergency"),
    *records.RECORD_PAGE.paths("records/<uuid:pk>/"),
    path("records/<uuid:pk>/paper/", records.paper, name="paper"),
    path("record-readers/", grantees.readers_of, name="readers_of"),
    *grantees.READERS_PAGE.paths("record-readers/<uuid:pk>/"),
    path("emergencies/", EMERGENCIES.view(), name="emergencies"),
    *records.EMERGENCY_PAGE.paths("emergencies/<uuid:pk>/"),
]
