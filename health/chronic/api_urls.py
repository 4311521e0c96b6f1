"""API of programmes."""

from django.urls import path

from health.chronic import api

urlpatterns = [
    path("care-enrolments/", api.Enrolments.as_view()),
    path("care-enrolments/enrol/", api.EnrolResident.as_view()),
    path("care-enrolments/<uuid:pk>/confirm/", api.ConfirmEnrolment.as_view()),
    path("care-enrolments/<uuid:pk>/visit/", api.RecordVisit.as_view()),
    path("care-enrolments/<uuid:pk>/call/", api.RecordOutreach.as_view()),
    path("care-enrolments/<uuid:pk>/answer/", api.RecordAnswer.as_view()),
    path("care-enrolments/<uuid:pk>/finish/", api.FinishEnrolment.as_view()),
    path("follow-up-dates/", api.FollowUpDates.as_view()),
    path("health-indicators/", api.HealthIndicators.as_view()),
]
