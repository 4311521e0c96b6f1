"""API of health records."""

from django.urls import path

from health.records import api

urlpatterns = [
    path("health-records/", api.HealthRecords.as_view()),
    path("health-records/open/", api.OpenRecord.as_view()),
    path("health-records/emergency/", api.OpenEmergencyAccess.as_view()),
    path("health-records/<uuid:pk>/", api.HealthRecordContents.as_view()),
    path("health-records/<uuid:pk>/encounter/", api.RecordEncounter.as_view()),
    path("health-records/<uuid:pk>/diagnosis/", api.RecordDiagnosis.as_view()),
    path("health-records/<uuid:pk>/allergy/", api.RecordAllergy.as_view()),
    path("health-records/<uuid:pk>/medicine/", api.RecordMedicine.as_view()),
    path("health-records/<uuid:pk>/send-code/", api.SendGranteeCode.as_view()),
    path("health-records/<uuid:pk>/allow/", api.AllowGrantee.as_view()),
    path("health-records/<uuid:pk>/take-back/", api.WithdrawGrantee.as_view()),
    path("health-records/<uuid:pk>/correct/", api.CorrectEntry.as_view()),
    path("record-readers/<uuid:pk>/", api.RecordReaders.as_view()),
    path("record-readers/<uuid:pk>/send-code/", api.SendCodeAtStation.as_view()),
    path("record-readers/<uuid:pk>/allow/", api.AllowAtStation.as_view()),
    path("record-readers/<uuid:pk>/take-back/", api.WithdrawAtStation.as_view()),
    path("emergency-accesses/<uuid:pk>/review/", api.ReviewEmergencyAccess.as_view()),
]
